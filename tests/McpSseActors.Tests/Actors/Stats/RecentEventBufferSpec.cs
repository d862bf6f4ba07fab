using McpSseActors.Actors.Parser;
using McpSseActors.Actors.Stats;
using McpSseActors.Events;
using McpSseActors.Sse;

namespace McpSseActors.Tests.Actors.Stats;

public sealed class RecentEventBufferSpec
{
    private const int Kept = 100;

    private readonly BatchBuilder _builder = new("s", maxTypes: 40, deliverComments: false, new PayloadMappings([], new Subscription([]), 40),
        new StreamCursor());
    private readonly SseDecoder _decoder = new(100_000);
    private readonly StreamCursor _cursor = new();
    private readonly RecentEventBuffer _recent = new(Kept, 1 << 20);

    [Fact]
    public void Should_give_every_event_as_it_came_when_batches_of_all_sizes_alternate()
    {
        var random = new Random(7);
        var all = new List<McpEvent>();
        for (var round = 0; round < 400; round++)
        {
            var received = DateTimeOffset.UnixEpoch.AddTicks(random.NextInt64(-TimeSpan.TicksPerDay, TimeSpan.TicksPerDay));
            var batch = Decode(string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => Random(random))), received);
            for (var index = 0; index < batch.Count; index++)
            {
                if (random.Next(10) == 0)
                    batch.MarkRepeat(index);
                if (random.Next(10) == 0)
                    batch.MarkRedelivered(index);
                if (random.Next(5) == 0)
                    continue;
                batch.Accept(index);
                all.Add(batch.ToEvent(index));
            }

            _recent.Add(batch);
            _recent.Newest("s", null, Kept).Events.Select(Describe).ShouldBe(all.TakeLast(Kept).Select(Describe));
        }

        var rooms = EventPattern.Parse("room.1*");
        _recent.Newest("s", rooms, 5).Events.Select(Describe).ShouldBe(all.TakeLast(Kept).Where(e => rooms.Matches(e.EventType)).TakeLast(5).Select(Describe));
        _recent.Clear();
        (_recent.Count, _recent.Size, _recent.Newest("s", null, Kept).Events.Length).ShouldBe((0, 0, 0));
    }

    [Fact]
    public void Should_hold_little_more_than_the_bytes_when_events_come_one_by_one()
    {
        var data = new string('x', 50);
        for (var number = 0; number < 10 * Kept; number++)
            Add($"id: {number:00000000}\nevent: chat.message\ndata: {data}\n\n");

        _recent.Count.ShouldBe(Kept);
        _recent.Size.ShouldBeLessThan((Kept * 70) + 8192, "data, ID and 12 bytes for each, the rest of the oldest pack, and the room in the last");
    }

    [Fact]
    public void Should_keep_little_when_a_stream_has_few_events()
    {
        Add("data: x\n\n");

        _recent.Size.ShouldBeLessThanOrEqualTo(512);
    }

    private void Add(string text)
    {
        var batch = Decode(text, DateTimeOffset.UnixEpoch);
        for (var index = 0; index < batch.Count; index++)
            batch.Accept(index);
        _recent.Add(batch);
    }

    private static string Random(Random random)
    {
        var id = random.Next(3) switch { 0 => "", 1 => "id\n", _ => $"id: {new string('ä', random.Next(20))}{random.Next(1000)}\n" };
        var type = random.Next(4) == 0 ? "" : $"event: room.{random.Next(60)}\n";
        var retry = random.Next(20) == 0 ? "retry: 5\n" : "";
        return $"{id}{type}{retry}data: {new string('é', random.Next(random.Next(8) == 0 ? 3000 : 60))}\n\n";
    }

    private static string Describe(McpEvent e) => $"{e.EventType} {e.EventId} {e.LastEventId} {e.Text} {e.Timestamp:O} {e.Retry} {e.Redelivered} {e.IsRepeat} {e.Stream}";

    private EventBuffer Decode(string text, DateTimeOffset receivedAt)
    {
        _builder.Begin(receivedAt, text.Length);
        var finds = _builder.Finds;
        _decoder.Read(Encoding.UTF8.GetBytes(text), _cursor, ref finds);
        return _builder.Build(1, text.Length, StreamPosition.Start, default).Events;
    }
}
