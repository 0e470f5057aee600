using System.Text;
using RawWs.Host.Settings;
using Xunit;

namespace RawWs.Tests.Host.Settings;

public sealed class SettingsSourceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rawws-settings-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_gives_its_leaves()
    {
        SettingsSource source = SettingsSource.FromFile(Written("""
            {
              // comments and trailing commas are allowed
              "Server": { "Backlog": 7, "InlineCompletions": true, "Listen": [ "a", "b", ], "AllowedHosts": [], "Close": {} },
            }
            """));
        Assert.Equal("settings.json", source.Name);
        Assert.Equal("7", source.Values["server:backlog"]);
        Assert.Equal("True", source.Values["Server:InlineCompletions"]);
        Assert.Equal("b", source.Values["Server:Listen:1"]);
        Assert.True(string.IsNullOrEmpty(source.Values["Server:AllowedHosts"]));
        Assert.DoesNotContain("Server", source.Values.Keys);
        Assert.DoesNotContain("Server:Listen", source.Values.Keys);
    }

    [Fact]
    public void An_empty_list_in_a_file_replaces_an_earlier_one()
    {
        SettingsSource file = SettingsSource.FromFile(Written("""{ "Server": { "AllowedHosts": [] } }"""));
        SettingsSource earlier = SettingsSource.FromCommandLine([new("Server:AllowedHosts:0", "chat.example")]);
        Assert.Empty(SettingsReader.Read([earlier, file]).Server.AllowedHosts);
    }

    [Fact]
    public void A_byte_order_mark_is_skipped()
    {
        string path = Written("{}");
        File.WriteAllBytes(path, [0xEF, 0xBB, 0xBF, .. "{\"Server\":{\"Backlog\":7}}"u8]);
        Assert.Equal("7", SettingsSource.FromFile(path).Values["Server:Backlog"]);
    }

    [Fact]
    public void A_hidden_file_is_read_like_any_other()
    {
        string path = Path.Combine(_folder, ".hidden.json");
        File.WriteAllText(path, """{ "Server": { "Backlog": 7 } }""");
        Assert.Equal("7", SettingsSource.FromFile(path).Values["Server:Backlog"]);
    }

    [Fact]
    public void Broken_JSON_is_named_with_line_and_column()
    {
        string problem = Problem("{\n  \"Server\": {\n    \"Backlog\": seven\n  }\n}\n");
        Assert.Contains("line 3, column 16: not valid JSON: 's' is an invalid start of a value", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("""{ "Server": { "Backlog": 1, "backlog": 2 } }""")]
    public void A_file_that_holds_no_settings_is_one_problem(string text) => Assert.Contains("settings.json", Problem(text), StringComparison.Ordinal);

    [Fact]
    public void A_named_file_that_does_not_exist_is_a_problem()
    {
        string path = Path.Combine(_folder, "none", "settings.json");
        SettingsException e = Assert.Throws<SettingsException>(() => SettingsSource.FromFile(path));
        Assert.Equal($"--settings \"{path}\": there is no such file", e.Message);
    }

    [Fact]
    public void A_folder_is_no_file() => Assert.Contains("cannot be read", Assert.Throws<SettingsException>(() => SettingsSource.FromFile(_folder)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_environment_uses_two_underscores_for_a_colon()
    {
        Environment.SetEnvironmentVariable("RAWWS_Server__Test__0", "value");
        try
        {
            Assert.Equal("value", SettingsSource.FromEnvironment().Values["Server:Test:0"]);
        }
        finally
        {
            Environment.SetEnvironmentVariable("RAWWS_Server__Test__0", null);
        }
    }

    [Fact]
    public void Without_a_name_the_current_folder_comes_before_that_of_the_program()
    {
        string program = Directory.CreateDirectory(Path.Combine(_folder, "program")).FullName;
        Assert.Null(SettingsSource.FindFile(null, _folder, program));

        File.WriteAllText(Path.Combine(program, "settings.json"), "{}");
        Assert.Equal(Path.Combine(program, "settings.json"), SettingsSource.FindFile(null, _folder, program));

        Assert.Equal(Written("{}"), SettingsSource.FindFile(null, _folder, program));
        Assert.Equal("other.json", SettingsSource.FindFile("other.json", _folder, program));
    }

    private string Problem(string text)
    {
        string path = Written(text);
        return Assert.Single(Assert.Throws<SettingsException>(() => SettingsSource.FromFile(path)).Problems);
    }

    private string Written(string text)
    {
        string path = Path.Combine(_folder, "settings.json");
        File.WriteAllText(path, text, Encoding.UTF8);
        return path;
    }
}
