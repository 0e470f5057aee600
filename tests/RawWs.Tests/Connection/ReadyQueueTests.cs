using System.Net.WebSockets;
using RawWs.Connection;
using Xunit;

namespace RawWs.Tests.Connection;

public sealed class ReadyQueueTests
{
    [Fact]
    public void A_new_queue_is_empty_and_costs_nothing()
    {
        ReadyQueue queue = default;
        Assert.True(queue.IsEmpty);
        Assert.Equal(0, queue.Cost);
        Assert.Null(queue.FirstHeld());
        Assert.False(queue.TryDequeue(out _));
    }

    [Fact]
    public void Messages_leave_in_the_order_in_which_they_came()
    {
        ReadyQueue queue = default;
        Received[] messages = [OfSize(3), OfSize(1), OfSize(2)];
        foreach (Received message in messages)
            queue.Enqueue(message);
        Assert.Equal(messages, TakeAll(ref queue));
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public void The_cost_is_that_of_the_messages_that_are_there()
    {
        ReadyQueue queue = default;
        queue.Enqueue(OfSize(3000));
        Assert.InRange(queue.Cost, 3000, 3200);
        int first = queue.Cost;
        queue.Enqueue(OfSize(500));
        Assert.InRange(queue.Cost, first + 500, first + 700);
        queue.TryDequeue(out _);
        Assert.InRange(queue.Cost, 500, 700);
        queue.TryDequeue(out _);
        Assert.Equal(0, queue.Cost);
    }

    // else a peer could fill memory with messages of no bytes
    [Fact]
    public void An_empty_message_costs_something_as_well()
    {
        ReadyQueue queue = default;
        queue.Enqueue(OfSize(0));
        Assert.InRange(queue.Cost, 1, 200);
    }

    [Fact]
    public void The_first_message_in_the_pipe_is_found_behind_others()
    {
        ReadyQueue queue = default;
        queue.Enqueue(OfSize(1));
        Assert.Null(queue.FirstHeld());
        queue.Enqueue(OfSize(1) with { PipeStart = 0, PipeSize = 3 });
        queue.Enqueue(OfSize(1) with { PipeStart = 3, PipeSize = 3 });
        Assert.Equal(0, queue.FirstHeld()?.PipeStart);
        queue.TryDequeue(out _);
        queue.TryDequeue(out _);
        Assert.Equal(3, queue.FirstHeld()?.PipeStart);
        queue.TryDequeue(out _);
        Assert.Null(queue.FirstHeld());
    }

    [Fact]
    public void A_closed_queue_still_gives_what_is_in_it()
    {
        ReadyQueue queue = default;
        queue.Enqueue(OfSize(1));
        Assert.False(queue.IsClosed);
        queue.Close();
        Assert.True(queue.IsClosed);
        Assert.True(queue.TryDequeue(out _));
    }

    private static Received OfSize(int size) => new(new byte[size], WebSocketMessageType.Binary, PipeStart: -1);

    private static List<Received> TakeAll(ref ReadyQueue queue)
    {
        List<Received> all = [];
        while (queue.TryDequeue(out Received message))
            all.Add(message);
        return all;
    }
}
