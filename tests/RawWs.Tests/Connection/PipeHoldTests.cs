using System.Net.WebSockets;
using RawWs.Connection;
using Xunit;

namespace RawWs.Tests.Connection;

public sealed class PipeHoldTests
{
    private static readonly Received Copied = new(new byte[1], WebSocketMessageType.Binary, PipeStart: -1);
    private static readonly ReadyQueue NoneReady = Ready();
    private static readonly ReadyQueue OneReady = Ready(InPipe(20, 5));

    [Fact]
    public void The_pipe_keeps_from_the_first_message_in_it_on()
    {
        PipeHold hold = default;
        Assert.Equal(0, hold.Park(InPipe(0, 10), NoneReady));
        Assert.Equal(10, hold.Park(InPipe(10, 10), OneReady));
        Assert.Equal(20, hold.Park(Copied, OneReady));
        Assert.Equal(20, hold.Park(null, OneReady));
        Assert.Equal(20, hold.Park(null, Ready(Copied, InPipe(20, 5), InPipe(25, 5))));
    }

    [Fact]
    public void The_pipe_keeps_nothing_for_messages_that_lie_elsewhere()
    {
        PipeHold hold = default;
        Assert.Equal(-1, hold.Park(null, NoneReady));
        Assert.Equal(-1, hold.Park(Copied, NoneReady));
        Assert.Equal(-1, hold.Park(Copied, Ready(Copied)));
    }

    [Fact]
    public void The_first_message_that_is_kept_ends_behind_its_last_byte()
    {
        Assert.Equal(17, PipeHold.Until(InPipe(10, 7), OneReady));
        Assert.Equal(25, PipeHold.Until(Copied, OneReady));
        Assert.Equal(0, PipeHold.Until(Copied, NoneReady));
        Assert.Equal(0, PipeHold.Until(null, NoneReady));
    }

    [Fact]
    public void The_loop_goes_on_once_when_the_last_message_in_the_pipe_is_let_go()
    {
        PipeHold hold = default;
        hold.Park(InPipe(0, 20), OneReady);
        Assert.Equal(PipeWaiter.None, hold.OnMoved(wantsPart: false, InPipe(20, 5), NoneReady));
        Assert.Equal(PipeWaiter.Loop, hold.OnMoved(wantsPart: false, null, NoneReady));
        Assert.Equal(PipeWaiter.None, hold.OnMoved(wantsPart: false, null, NoneReady));
    }

    [Fact]
    public void A_loop_for_which_the_pipe_keeps_nothing_is_left_alone()
    {
        PipeHold hold = default;
        Assert.Equal(PipeWaiter.None, hold.OnMoved(wantsPart: true, null, NoneReady));
        hold.Park(InPipe(0, 20), NoneReady);
        hold.Park(Copied, NoneReady);
        Assert.Equal(PipeWaiter.None, hold.OnMoved(wantsPart: true, null, NoneReady));
    }

    [Fact]
    public void The_loop_goes_on_once_when_the_consumer_comes_for_a_part()
    {
        PipeHold hold = default;
        Assert.True(hold.TryParkPart(isWanted: false));
        Assert.Equal(PipeWaiter.None, hold.OnMoved(wantsPart: false, null, NoneReady));
        Assert.Equal(PipeWaiter.Loop, hold.OnMoved(wantsPart: true, null, NoneReady));
        Assert.Equal(PipeWaiter.None, hold.OnMoved(wantsPart: true, null, NoneReady));
    }

    [Fact]
    public void A_part_that_is_wanted_already_is_not_waited_for()
    {
        PipeHold hold = default;
        hold.TryParkPart(isWanted: false);
        Assert.False(hold.TryParkPart(isWanted: true));
        Assert.Equal(PipeWaiter.None, hold.OnMoved(wantsPart: true, null, NoneReady));
    }

    [Fact]
    public void The_loop_that_went_on_for_a_part_goes_on_for_the_pipe_as_well()
    {
        PipeHold hold = default;
        hold.Park(InPipe(0, 20), NoneReady);
        hold.TryParkPart(isWanted: false);
        Assert.Equal(PipeWaiter.Loop, hold.OnMoved(wantsPart: true, null, NoneReady));
        Assert.Equal(PipeWaiter.Loop, hold.OnMoved(wantsPart: true, null, NoneReady));
        Assert.Equal(PipeWaiter.None, hold.OnMoved(wantsPart: true, null, NoneReady));
    }

    [Fact]
    public void The_transport_ends_once_when_the_last_message_in_its_pipe_is_let_go()
    {
        PipeHold hold = default;
        hold.Park(InPipe(0, 20), OneReady);                             // the loop that parked is over
        Assert.True(hold.TryParkEnd(InPipe(0, 20), OneReady));
        Assert.Equal(PipeWaiter.None, hold.OnMoved(wantsPart: false, InPipe(20, 5), NoneReady));
        Assert.Equal(PipeWaiter.End, hold.OnMoved(wantsPart: false, Copied, NoneReady));
        Assert.Equal(PipeWaiter.None, hold.OnMoved(wantsPart: false, null, NoneReady));
    }

    [Fact]
    public void A_transport_whose_pipe_keeps_nothing_ends_at_once()
    {
        PipeHold hold = default;
        Assert.False(hold.TryParkEnd(Copied, NoneReady));
        Assert.Equal(PipeWaiter.None, hold.OnMoved(wantsPart: false, null, NoneReady));
    }

    private static Received InPipe(long start, int size) => new(new byte[1], WebSocketMessageType.Binary, start, size);

    private static ReadyQueue Ready(params Received[] messages)
    {
        ReadyQueue queue = default;
        foreach (Received message in messages)
            queue.Enqueue(message);
        return queue;
    }
}
