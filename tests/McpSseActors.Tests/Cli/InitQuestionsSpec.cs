using McpSseActors.Cli.Init;
using Spectre.Console;
using Spectre.Console.Testing;

namespace McpSseActors.Tests.Cli;

public sealed class InitQuestionsSpec : IDisposable
{
    private readonly TestConsole _console = new TestConsole().Interactive().SupportsAnsi(true).EmitAnsiSequences();

    public void Dispose() => _console.Dispose();

    [Fact]
    public async Task Should_take_the_answers_when_the_user_gives_them()
    {
        _console.Input.PushTextWithEnter("http://localhost:8080/events");
        _console.Input.PushKey(ConsoleKey.DownArrow);
        _console.Input.PushKey(ConsoleKey.Enter);
        _console.Input.PushTextWithEnter("chat");
        _console.Input.PushTextWithEnter("chat.*, user.login");
        _console.Input.PushTextWithEnter("-1");

        var answers = await AskAsync(new InitAnswers());

        answers.Url.ShouldBe("http://localhost:8080/events");
        answers.Transport.ShouldBe("http-sse");
        answers.Name.ShouldBe("chat");
        answers.Events!.Value.ShouldBe(["chat.*", "user.login"]);
        answers.Reconnects.ShouldBe(-1);
    }

    [Fact]
    public async Task Should_take_the_defaults_when_the_user_presses_enter()
    {
        _console.Input.PushTextWithEnter("https://example.com/mcp");
        foreach (var _ in Enumerable.Range(0, 4))
            _console.Input.PushKey(ConsoleKey.Enter);

        var stream = (await AskAsync(new InitAnswers())).Stream;

        (stream.Transport, stream.Name, stream.MaxReconnectAttempts).ShouldBe((StreamTransport.Auto, "example.com", 10));
        stream.SubscribedEvents.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_ask_again_with_the_remedy_when_an_answer_is_wrong()
    {
        _console.Input.PushTextWithEnter("[nonsense]");
        _console.Input.PushTextWithEnter("http://localhost/");

        (await AskAsync(new InitAnswers { Transport = "sse", Name = "", Events = [], Reconnects = 1 })).Url.ShouldBe("http://localhost/");

        _console.Output.ShouldContain("not an absolute URL");
        _console.Output.ShouldNotContain("Reconnects", Case.Sensitive, "what was said is not asked");
    }

    [Fact]
    public async Task Should_show_the_cursor_again_when_the_user_ends_it_in_a_list()
    {
        using var ending = new CancellationTokenSource();
        var console = new EndsOnRead(_console, ending);

        await Should.ThrowAsync<OperationCanceledException>(() => new Questions(console, ending.Token).AskAsync(new InitAnswers { Url = "http://localhost/" }));

        _console.Output.LastIndexOf("\u001b[?25h", StringComparison.Ordinal)
            .ShouldBeGreaterThan(_console.Output.LastIndexOf("\u001b[?25l", StringComparison.Ordinal));
    }

    private Task<InitAnswers> AskAsync(InitAnswers answers) => new Questions(_console, CancellationToken.None).AskAsync(answers);

    /// <summary>A user who presses Ctrl-C as soon as he is asked for a key.</summary>
    private sealed class EndsOnRead(IAnsiConsole inner, CancellationTokenSource ending) : IAnsiConsole, IAnsiConsoleInput
    {
        public Profile Profile => inner.Profile;

        public IAnsiConsoleCursor Cursor => inner.Cursor;

        public IAnsiConsoleInput Input => this;

        public IExclusivityMode ExclusivityMode => inner.ExclusivityMode;

        public Spectre.Console.Rendering.RenderPipeline Pipeline => inner.Pipeline;

        public void Clear(bool home) => inner.Clear(home);

        public void Write(Spectre.Console.Rendering.IRenderable renderable) => inner.Write(renderable);

        public void WriteAnsi(Action<AnsiWriter> action) => inner.WriteAnsi(action);

        public bool IsKeyAvailable() => false;

        public ConsoleKeyInfo? ReadKey(bool intercept) => throw new NotSupportedException();

        public Task<ConsoleKeyInfo?> ReadKeyAsync(bool intercept, CancellationToken cancellationToken)
        {
            ending.Cancel();
            return Task.FromCanceled<ConsoleKeyInfo?>(cancellationToken);
        }
    }
}
