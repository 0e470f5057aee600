using System.Reflection;
using System.Runtime.InteropServices;
using System.Xml.Linq;
using Xunit;

namespace RawWs.Tests.Architecture;

/// <summary>What the library shows and what it needs; both change only on purpose.</summary>
public sealed class PublicApiTests
{
    private const string Approved = "tests/RawWs.Tests/Architecture/PublicApi.approved.txt";

    private static readonly Assembly Library = typeof(WebSocketServer).Assembly;

    [Fact]
    public void The_public_surface_is_the_approved_one()
    {
        string received = PublicApiText.Of(Library);
        string file = Path.Combine(AppContext.BaseDirectory, "PublicApi.received.txt");
        File.WriteAllText(file, received);
        string approved = File.ReadAllText(Repository.PathOf(Approved));

        string[] added = [.. received.Split('\n').Except(approved.Split('\n'))];
        string[] removed = [.. approved.Split('\n').Except(received.Split('\n'))];
        Assert.True(
            received == approved,
            $"The public API changed. To accept it: cp {file} {Approved}\n"
            + string.Concat(added.Select(static line => $"+ {line}\n")) + string.Concat(removed.Select(static line => $"- {line}\n")));
    }

    [Fact]
    public void The_library_needs_the_framework_and_the_logging_abstractions_only() => Assert.All(
        Library.GetReferencedAssemblies(),
        static reference => Assert.True(
            reference.Name == "Microsoft.Extensions.Logging.Abstractions"
            || File.Exists(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), reference.Name + ".dll")),
            $"{reference.Name} is not part of .NET"));

    [Fact]
    public void The_package_depends_on_logging_abstractions_and_on_net8_pipelines_only()
    {
        XDocument project = XDocument.Load(Repository.PathOf("src/RawWs/RawWs.csproj"));
        Assert.Equal(
            ["Microsoft.Extensions.Logging.Abstractions", "System.IO.Pipelines ('$(TargetFramework)' == 'net8.0')"],
            project.Descendants("PackageReference").Select(static reference =>
                (string?)reference.Attribute("Include") + (reference.Attribute("Condition") is { } only ? $" ({only.Value})" : "")).Order());
    }
}
