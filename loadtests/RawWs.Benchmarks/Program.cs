// dotnet run -c Release --project loadtests/RawWs.Benchmarks -- --filter "*"        the pure layer
// dotnet run -c Release --project loadtests/RawWs.Benchmarks -- allocations [N]     bytes allocated for each of N echoed messages
// dotnet run -c Release --project loadtests/RawWs.Benchmarks -- idle                what compression costs an idle connection
using System.Globalization;
using BenchmarkDotNet.Running;
using RawWs.Benchmarks;

const int Million = 1_000_000;

if (args is ["allocations", ..])
{
    int messages = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : Million;
    await EchoAllocations.RunAsync(messages);
    await ClientAllocations.RunAsync(messages);
    await DeflateAllocations.RunAsync(messages);
    return 0;
}

if (args is ["idle"])
{
    await IdleCompression.RunAsync();
    return 0;
}

// in this process: the project that BenchmarkDotNet would generate does not build under this repository's settings
BenchmarkSwitcher.FromAssembly(typeof(EchoAllocations).Assembly).Run([.. args, "--inProcess"]);
return 0;
