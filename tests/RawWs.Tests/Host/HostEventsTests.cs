using System.Reflection;
using Microsoft.Extensions.Logging;
using RawWs.Host;
using Xunit;

namespace RawWs.Tests.Host;

public sealed class HostEventsTests
{
    [Fact]
    public void No_event_id_is_used_twice()
    {
        int[] ids = [.. typeof(HostEvents).GetMethods().Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>().Select(attribute => attribute.EventId)];
        Assert.NotEmpty(ids);
        Assert.Distinct(ids);
    }
}
