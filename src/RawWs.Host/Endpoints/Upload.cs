using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace RawWs.Host.Endpoints;

/// <summary>Hashes messages of any size while they arrive, with one small buffer, and answers with size and SHA-256.</summary>
internal static class Upload
{
    private const int BufferBytes = 64 * 1024;

    public static void Map(WebSocketServer server, PageConnections page) =>
        server.Map("/upload", page.Keep(HandleAsync), options => options with
        {
            MaxMessageBytes = 0,
            MaxFragments = 0,
            OnUpgrade = (_, _) => ValueTask.FromResult(HasHash ? UpgradeDecision.Accept() : UpgradeDecision.Reject(501, "This machine has no OpenSSL to hash with.\n")),
        });

    // on Linux the framework's hashes end the process when OpenSSL is missing, as it is in small images
    private static bool HasHash =>
        !OperatingSystem.IsLinux() || NativeLibrary.TryLoad("libssl.so.3", out _) || NativeLibrary.TryLoad("libssl.so.1.1", out _);

    private static async Task HandleAsync(WebSocketConnection connection)
    {
        while (await connection.ReceiveStreamAsync() is { } upload)
        {
            await using (upload)
                await connection.SendAsync(await HashAsync(upload));
        }
    }

    private static async Task<string> HashAsync(Stream upload)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long total = 0;
            for (int count; (count = await upload.ReadAsync(buffer)) > 0; total += count)
                hash.AppendData(buffer, 0, count);
            return $$"""{"bytes":{{total}},"sha256":"{{Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant()}}"}""";
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
