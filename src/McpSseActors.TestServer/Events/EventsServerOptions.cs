using System.Collections.Immutable;
using System.Text.Json;
using McpSseActors.TestServer.Demo;

namespace McpSseActors.TestServer.Events;

/// <summary>How a server declares MCP events.</summary>
[Flags]
public enum EventsDeclaration
{
    /// <summary>Not at all; it answers all the same.</summary>
    None = 0,

    /// <summary>As the extension <c>io.modelcontextprotocol/events</c>.</summary>
    Extension = 1,

    /// <summary>As the top-level capability <c>events</c>, as the sketch had it. Alone, the error codes are the sketch's, too.</summary>
    TopLevel = 2,
}

/// <summary>How a server of MCP events behaves.</summary>
public sealed record EventsServerOptions
{
    /// <summary>The loopback port; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The key that a client must bring; empty asks for none.</summary>
    public string AuthKey { get; init; } = "";

    /// <summary>The types of events.</summary>
    public ImmutableArray<ServedEventType> Types { get; init; } = IncidentEvents.Types;

    /// <summary>How the server declares them.</summary>
    public EventsDeclaration Declaration { get; init; } = EventsDeclaration.Extension | EventsDeclaration.TopLevel;

    /// <summary>Whether it announces that it tells of changes of the list.</summary>
    public bool ListChanged { get; init; } = true;

    /// <summary>How many types a page of the list has.</summary>
    public int PageSize { get; init; } = 50;

    /// <summary>Events per second that it makes up; 0 leaves them to <see cref="EventsServer.Publish"/>.</summary>
    public double Rate { get; init; }

    /// <summary>The same seed makes up the same events.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How many events can be replayed.</summary>
    public int ReplayBuffer { get; init; } = 10_000;

    /// <summary>A part of each event ID and cursor. A restarted server needs another one, so that it recognises old cursors.</summary>
    public string Epoch { get; init; } = Guid.NewGuid().ToString("N")[..8];

    /// <summary>After how much silence a stream carries a heartbeat.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>When a client that polls is asked to come back.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many events one answer to a poll carries at most.</summary>
    public int MostPerPoll { get; init; } = 100;

    /// <summary>How long a subscription to a webhook lasts at most if it is not renewed.</summary>
    public TimeSpan WebhookLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a webhook may take for its answer.</summary>
    public TimeSpan WebhookPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often an event is posted before it is given up, and delivery stops until the subscription is renewed.</summary>
    public int WebhookAttempts { get; init; } = 20;

    /// <summary>The time between these.</summary>
    public TimeSpan WebhookPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Which streams are cut, counted over all types.</summary>
    public DropPlan Drops { get; init; } = DropPlan.None;

    /// <summary>Told of each request: its method and parameters.</summary>
    public Action<string, JsonElement> OnRequest { get; init; } = (_, _) => { };

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
