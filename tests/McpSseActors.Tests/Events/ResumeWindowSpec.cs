using System.Text;
using McpSseActors.Events;
using Shouldly;
using Xunit;

namespace McpSseActors.Tests.Events;

public sealed class ResumeWindowSpec
{
    private readonly ResumeWindow _window = new(4);

    [Fact]
    public void Should_recognise_repeats_when_a_stream_resumes()
    {
        Dispatch("1", "2", "3");
        _window.Resume();

        Repeats("2", "3", "4", "5").ShouldBe(["2", "3"]);
    }

    [Fact]
    public void Should_let_an_id_pass_when_it_is_used_again_without_a_resume()
    {
        Repeats("1", "1").ShouldBeEmpty();
    }

    [Fact]
    public void Should_let_an_id_pass_when_it_comes_after_the_first_new_one()
    {
        Dispatch("1", "2");
        _window.Resume();

        Repeats("2", "3", "1", "2").ShouldBe(["2"]);
    }

    [Fact]
    public void Should_take_an_id_for_a_repeat_once_when_it_comes_twice()
    {
        Dispatch("1", "2");
        _window.Resume();

        Repeats("2", "2").ShouldBe(["2"]);
    }

    [Fact]
    public void Should_let_an_id_pass_when_the_server_uses_it_for_every_event()
    {
        Dispatch("0", "0");
        _window.Resume();

        Repeats("0", "0").ShouldBeEmpty();
    }

    [Fact]
    public void Should_forget_the_oldest_when_it_is_full()
    {
        Dispatch("1", "2", "3", "4", "5");
        _window.Resume();

        Repeats("1").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("other", "t")]
    [InlineData("x", "other")]
    public void Should_let_an_id_pass_when_the_server_uses_it_for_something_else(string data, string type)
    {
        Dispatch("1", "2");
        _window.Resume();

        IsRepeat(Event("1", data, type)).ShouldBeFalse();
        Repeats("2").ShouldBeEmpty("the server counts anew");
    }

    private void Dispatch(params string[] ids) => Repeats(ids).ShouldBeEmpty();

    private string[] Repeats(params string[] ids) => [.. ids.Where(id => IsRepeat(Event(id)))];

    private bool IsRepeat(EventFingerprint received)
    {
        if (_window.IsRepeat(received))
            return true;
        _window.Remember(received);
        return false;
    }

    private static EventFingerprint Event(string id, string data = "x", string type = "t") =>
        EventFingerprint.Of(EventFingerprint.HashOf(type), Encoding.UTF8.GetBytes(id), Encoding.UTF8.GetBytes(data));
}
