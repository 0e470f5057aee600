using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using RawWs.Host.Logging;
using Xunit;

namespace RawWs.Tests.Host.Logging;

public sealed partial class LineLoggerTests
{
    [Fact]
    public void An_event_is_one_line_of_time_level_category_id_name_and_message()
    {
        string text = Logged(log => log.Log(LogLevel.Warning, new EventId(7, "Closed"), "by the peer", null, (state, _) => state));
        Assert.Matches(Line(), text);
        Assert.EndsWith(" warn RawWs.Server[7 Closed] by the peer\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_peer_wrote_cannot_begin_a_line_or_color_one()
    {
        string text = Logged(log => log.Log(LogLevel.Information, default, "a\r\nb\u001B[31m\u202Ec", null, (state, _) => state));
        Assert.EndsWith("a\\u000D\\u000Ab\\u001B[31m\\u202Ec\n", text, StringComparison.Ordinal);
        Assert.Single(text, character => char.IsControl(character));
    }

    [Fact]
    public void An_exception_stays_on_the_line()
    {
        string text = Logged(log => log.Log(LogLevel.Error, default, "failed", new InvalidOperationException("one\ntwo"), (state, _) => state));
        Assert.EndsWith("failed | System.InvalidOperationException: one | two\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Events_below_the_level_are_left_out()
    {
        string text = Logged(log =>
        {
            Assert.False(log.IsEnabled(LogLevel.Debug));
            log.Log(LogLevel.Debug, default, "silent", null, (state, _) => state);
            log.Log(LogLevel.None, default, "silent", null, (state, _) => state);
        });
        Assert.Empty(text);
    }

    [Fact]
    public void Level_none_leaves_everything_out() =>
        Assert.Empty(Logged(log => log.Log(LogLevel.Critical, default, "silent", null, (state, _) => state), LogLevel.None));

    private static string Logged(Action<ILogger> write, LogLevel minimum = LogLevel.Information)
    {
        using MemoryStream stream = new();
        using (LineLoggerFactory factory = new(minimum, stream, TimeProvider.System))
            write(factory.CreateLogger("RawWs.Server"));
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ")]
    private static partial Regex Line();
}
