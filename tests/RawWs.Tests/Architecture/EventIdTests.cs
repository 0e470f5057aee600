using System.Reflection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace RawWs.Tests.Architecture;

/// <summary>Who filters a log by event id must find one event, not two.</summary>
public sealed class EventIdTests
{
    [Fact]
    public void Each_event_of_the_library_and_the_program_has_an_id_of_its_own()
    {
        int[] ids = [.. from assembly in new[] { typeof(WebSocketServer).Assembly, typeof(RawWs.Host.Program).Assembly }
                        from type in assembly.GetTypes()
                        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                        let message = method.GetCustomAttribute<LoggerMessageAttribute>()
                        where message is not null
                        select message.EventId];
        Assert.True(ids.Length > 20, "The scan does not see the events.");
        Assert.Equal(ids.Distinct().Order(), ids.Order());
    }
}
