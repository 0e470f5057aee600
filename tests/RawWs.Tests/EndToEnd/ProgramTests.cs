using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Xunit;

namespace RawWs.Tests.EndToEnd;

public sealed class ProgramTests
{
    private const string AnyPort = "--Server:Listen:0=ws://127.0.0.1:0";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ready_is_one_line_on_standard_output_for_each_listener()
    {
        using RunningProgram program = new("serve " + AnyPort + " --Server:Listen:1=ws://127.0.0.1:0");
        Assert.Matches(@"^listening on ws://127\.0\.0\.1:[1-9]\d* \(sockets\)$", await program.ReadLineAsync());
        Assert.Matches(@"^listening on ws://127\.0\.0\.1:[1-9]\d* \(sockets\)$", await program.ReadLineAsync());
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        program.SendTerminate();
        Assert.Null(await program.ReadLineAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_echoes_and_a_signal_closes_with_1001_and_ends_it_with_0(bool terminate)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        using RunningProgram program = new(AnyPort);
        using ClientWebSocket client = await EchoAsync(await program.ReadyAsync());

        if (terminate)
            program.SendTerminate();
        else
            program.SendInterrupt();
        WebSocketReceiveResult end = await client.ReceiveAsync(new byte[1], Ct);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, end.CloseStatus);
        await client.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "", Ct);
        (int exitCode, string errors) = await program.EndAsync();
        Assert.Equal(0, exitCode);
        Assert.Contains(terminate ? "SIGTERM" : "SIGINT", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_signal_ends_it_at_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        using RunningProgram program = new(AnyPort + " --Server:Close:Drain=1h --Server:Close:Timeout=1h --Server:Sending:Timeout=1h");
        using ClientWebSocket client = await EchoAsync(await program.ReadyAsync());

        program.SendTerminate();
        await client.ReceiveAsync(new byte[1], Ct); // the close, which this client never answers
        program.SendTerminate();
        Assert.NotEqual(0, (await program.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task Without_waiting_for_completions_elsewhere_it_serves_as_well()
    {
        using RunningProgram program = new(AnyPort + " --Server:InlineCompletions=false");
        using ClientWebSocket client = await EchoAsync(await program.ReadyAsync());
    }

    [Fact]
    public async Task The_page_and_the_health_check_are_there()
    {
        using RunningProgram program = new(AnyPort);
        Uri address = await program.ReadyAsync();
        using HttpClient http = new() { BaseAddress = new($"http://{address.Authority}") };
        Assert.Equal("ok", await http.GetStringAsync("/healthz", Ct));
        using HttpResponseMessage page = await http.GetAsync("/", Ct);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.True(page.Headers.CacheControl?.NoCache);
        Assert.StartsWith("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("id=\"endpoint\"", await page.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_one_line_that_names_the_address_and_exit_code_1()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        string address = $"ws://{other.LocalEndpoint}";
        using RunningProgram program = new($"--Server:Listen:0={address}");
        (int exitCode, string errors) = await program.EndAsync();
        Assert.Equal(1, exitCode);
        string line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("Server:Listen", line, StringComparison.Ordinal);
        Assert.Contains(address, line, StringComparison.Ordinal);
        Assert.Contains("in use", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_that_are_not_allowed_are_a_line_each_and_exit_code_2()
    {
        using RunningProgram program = new("--Server:Transport=epoll --Server:KeepAlive:Timeout=20", """{ "Server": { "Blacklog": 7 } }""");
        (int exitCode, string errors) = await program.EndAsync();
        Assert.Equal(2, exitCode);
        string[] lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Contains("Server:Blacklog (settings.json): there is no such key; did you mean Server:Backlog?", errors, StringComparison.Ordinal);
        Assert.Contains("Server:Transport = \"epoll\" (command line) is not allowed; allowed is one of auto, sockets", errors, StringComparison.Ordinal);
        Assert.Contains("Server:KeepAlive:Timeout = \"20\" (command line) is not allowed", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--settings none.json", "none.json")]
    [InlineData("frobnicate", "frobnicate")]
    public async Task A_command_line_that_makes_no_sense_is_one_line_and_exit_code_2(string arguments, string named)
    {
        using RunningProgram program = new(arguments);
        (int exitCode, string errors) = await program.EndAsync();
        Assert.Equal(2, exitCode);
        Assert.Contains(named, Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Broken_JSON_is_one_line_with_its_place_and_exit_code_2()
    {
        using RunningProgram program = new("", "{\n  \"Server\": {,}\n}");
        (int exitCode, string errors) = await program.EndAsync();
        Assert.Equal(2, exitCode);
        Assert.Contains("line 2, column 14", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_environment_beats_the_file_and_the_command_line_beats_both()
    {
        using RunningProgram program = new(AnyPort, """{ "Server": { "Listen": [ "ws://127.0.0.2:0", "ws://127.0.0.3:0" ] } }""", ("RAWWS_Server__Listen__0", "ws://127.0.0.4:0"));
        Assert.Equal("127.0.0.1", (await program.ReadyAsync()).Host);
        using RunningProgram second = new("", """{ "Server": { "Listen": [ "ws://127.0.0.2:0" ] } }""", ("RAWWS_Server__Listen__0", "ws://127.0.0.1:0"));
        Assert.Equal("127.0.0.1", (await second.ReadyAsync()).Host);
    }

    [Theory]
    [InlineData("--help", "rawws")]
    [InlineData("--version", "rawws 0.")]
    public async Task Help_and_version_are_told_with_exit_code_0(string argument, string start)
    {
        using RunningProgram program = new(argument);
        Assert.StartsWith(start, await program.ReadLineAsync(), StringComparison.Ordinal);
        while (await program.ReadLineAsync() is not null)
            continue;
        Assert.Equal((0, ""), await program.EndAsync());
    }

    [Fact]
    public async Task With_Logging_Frames_each_head_and_frame_is_a_line_on_standard_error()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        using RunningProgram program = new(AnyPort + " --Logging:Frames=true");
        using ClientWebSocket client = await EchoAsync(await program.ReadyAsync());
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "two\nlines", Ct);
        program.SendTerminate();
        (int exitCode, string errors) = await program.EndAsync();
        Assert.Equal(0, exitCode);
        Assert.Contains("RawWs.Frames[20 HeadRead] Connection 1 in:  GET /echo HTTP/1.1 (from 127.0.0.1:", errors, StringComparison.Ordinal);
        Assert.Contains("RawWs.Frames[21 HeadSent] Connection 1 out: HTTP/1.1 101 Switching Protocols (section 4.2.2)", errors, StringComparison.Ordinal);
        Assert.Matches("RawWs.Frames\\[22 FrameRead\\] Connection 1 in:  Text FIN=1 RSV=000 length=5 key=[0-9a-f]{8} \"hello\" \\(section 5.6\\)\n", errors);
        Assert.Contains("RawWs.Frames[23 FrameSent] Connection 1 out: Text FIN=1 RSV=000 length=5 key=none \"hello\" (section 5.6)\n", errors, StringComparison.Ordinal);
        Assert.Contains(" 1000 NormalClosure \"two\\nlines\" (section 5.5.1)\n", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_does_not_exist_is_named_as_what_is_wrong_with_a_unix_socket()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such paths.");
        using RunningProgram program = new("--Server:Listen:0=unix:/nonexistent/x.sock");
        (int exitCode, string errors) = await program.EndAsync();
        Assert.Equal(1, exitCode);
        Assert.Contains("unix:/nonexistent/x.sock: the folder does not exist", errors, StringComparison.Ordinal);
    }

    private static async Task<ClientWebSocket> EchoAsync(Uri address)
    {
        ClientWebSocket client = new();
        await client.ConnectAsync(new Uri(address, "/echo"), Ct);
        await client.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Ct);
        byte[] buffer = new byte[16];
        WebSocketReceiveResult reply = await client.ReceiveAsync(buffer, Ct);
        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, reply.Count));
        return client;
    }
}
