using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace RawWs.Tests.Architecture;

/// <summary>The table in docs/protocol.md is a way into the code: what it names must be there.</summary>
public sealed class ProtocolTableTests
{
    private const int MinRows = 55;
    private const string Page = "docs/protocol.md";

    private static readonly Regex Code = new("`([^`]+)`");
    private static readonly Regex FileName = new(@"`([^`\s]+\.cs)`");

    [Fact]
    public void The_table_has_a_row_for_each_demand() => Assert.InRange(Rows().Count(), MinRows, int.MaxValue);

    [Fact]
    public void Each_row_names_a_section_a_file_and_a_test() => Assert.All(Rows(), static row =>
    {
        Assert.Matches(@"^\d+(\.\d+)*$", row.Section);
        Assert.NotEmpty(Names(row.Files));
        Assert.NotEmpty(Names(row.Tests));
    });

    [Fact]
    public void Each_file_exists() => Assert.All(
        Rows().SelectMany(static row => Names(row.Files)),
        static file => Assert.True(File.Exists(Repository.PathOf("src/RawWs/" + file)), $"{Page} names src/RawWs/{file}, which does not exist"));

    [Fact]
    public void Each_test_exists() => Assert.All(
        Rows().SelectMany(static row => Names(row.Tests)),
        static test => Assert.True(IsTest(test), $"{Page} names the test {test}, which does not exist"));

    [Fact]
    public void Each_file_named_in_the_walk_exists() => Assert.All(
        FileName.Matches(File.ReadAllText(Repository.PathOf(Page))).Select(static match => match.Groups[1].Value),
        static file => Assert.True(
            File.Exists(Repository.PathOf(file)) || File.Exists(Repository.PathOf("src/RawWs/" + file)), $"{Page} names {file}, which does not exist"));

    private static IEnumerable<Row> Rows() =>
        from line in File.ReadLines(Repository.PathOf(Page))
        where line.StartsWith('|')
        let cells = line.Trim('|').Split('|', StringSplitOptions.TrimEntries)
        where cells.Length == 4 && cells[1] != "section" && !cells[1].StartsWith("--", StringComparison.Ordinal)
        select new Row(cells[1], cells[2], cells[3]);

    private static IEnumerable<string> Names(string cell) => Code.Matches(cell).Select(static match => match.Groups[1].Value);

    // Class, or Class.Method
    private static bool IsTest(string name)
    {
        string[] parts = name.Split('.');
        return typeof(ProtocolTableTests).Assembly.GetTypes().Any(type =>
            type.Name == parts[0] && (parts.Length == 1 ? HasTests(type) : type.GetMethod(parts[1]) is { } method && IsTest(method)));
    }

    private static bool HasTests(Type type) => type.GetMethods().Any(IsTest);

    private static bool IsTest(MethodInfo method) => method.GetCustomAttributes<FactAttribute>(inherit: true).Any();

    private sealed record Row(string Section, string Files, string Tests);
}
