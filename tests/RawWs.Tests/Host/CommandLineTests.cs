using RawWs.Host;
using RawWs.Host.Settings;
using Xunit;

namespace RawWs.Tests.Host;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("serve --Server:Backlog=7 --settings other.json")]
    [InlineData("--Server:Backlog 7 --settings=other.json")]
    [InlineData("--settings other.json --Server:Backlog=1 --server:backlog=7")]
    public void Options_take_their_value_after_an_equals_sign_or_a_space(string arguments)
    {
        CommandLine line = CommandLine.Parse(arguments.Split(' '));
        Assert.Equal("other.json", line.SettingsFile);
        Assert.Equal("7", line.Values["Server:Backlog"]);
        Assert.Single(line.Values);
    }

    [Fact]
    public void Without_arguments_it_serves_with_the_defaults()
    {
        CommandLine line = CommandLine.Parse([]);
        Assert.Null(line.SettingsFile);
        Assert.Empty(line.Values);
        Assert.False(line.AsksForHelp || line.AsksForVersion);
    }

    [Fact]
    public void A_value_may_hold_equals_signs_and_be_empty()
    {
        CommandLine line = CommandLine.Parse(["--a=b=c", "--d="]);
        Assert.Equal("b=c", line.Values["a"]);
        Assert.Equal("", line.Values["d"]);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("serve --Server:Backlog=7 --help")]
    public void Help_is_asked_for_anywhere(string arguments) => Assert.True(CommandLine.Parse(arguments.Split(' ')).AsksForHelp);

    [Fact]
    public void The_version_is_asked_for_alone() => Assert.True(CommandLine.Parse(["--version"]).AsksForVersion);

    [Theory]
    [InlineData("start", "\"start\" is not understood")]
    [InlineData("serve serve", "\"serve\" is not understood")]
    [InlineData("-p 80", "\"-p\" is not understood")]
    [InlineData("--", "\"--\" is not understood")]
    [InlineData("Server:Backlog=7", "\"Server:Backlog=7\" is not understood")]
    [InlineData("--settings", "--settings has no value")]
    [InlineData("--Server:Backlog", "--Server:Backlog has no value")]
    public void What_is_not_understood_is_named(string arguments, string problem) =>
        Assert.StartsWith(problem, Assert.Throws<SettingsException>(() => CommandLine.Parse(arguments.Split(' '))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_help_names_every_key()
    {
        foreach (Setting setting in SettingsTable.All)
            Assert.Contains($"  {setting.Key}", Help.Text, StringComparison.Ordinal);
    }
}
