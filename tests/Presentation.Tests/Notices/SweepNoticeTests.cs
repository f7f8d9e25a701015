using System.Net;
using System.Text.Json;
using Grid.Presentation.Notices;
using Microsoft.Extensions.Time.Testing;

namespace Grid.Presentation.Tests.Notices;

/// <summary>A message that does not arrive is sent again, on a clock that the test turns.</summary>
public sealed class SweepNoticeTests
{
    [Theory]
    [InlineData(null, 503, 204)]
    [InlineData(null, 429, 502, 408, 500, 200)]
    [InlineData("it answered 503", 503, 503, 503, 503, 503)]
    [InlineData("it answered 404", 404)]
    [InlineData("it answered 302", 500, 302)]
    public async Task A_message_is_sent_again_while_what_keeps_it_away_may_pass(string? problem, params int[] answers)
    {
        using var hook = new HttpListener();
        var address = $"http://localhost:{FreePorts.Next()}/";
        hook.Prefixes.Add(address);
        hook.Start();
        var clock = new FakeTimeProvider();
        var notice = SweepNotice.Of("s-00000000", "s", "ada", 8, 8, 0, reason: null, clock.GetUtcNow());

        var post = notice.Post($"{address}secret-part", secretFile: null, clock, CancellationToken.None);
        foreach (var answer in answers)
        {
            var came = hook.GetContextAsync();
            // What waits for the clock may begin to wait later than the clock is turned.
            while (await Task.WhenAny(came, post, Task.Delay(20)) is var first && first != came)
            {
                if (post.IsCompleted) Assert.Fail($"given up before {answer}: {await post}");
                clock.Advance(TimeSpan.FromSeconds(1));
            }

            var context = await came;
            using var body = await JsonDocument.ParseAsync(context.Request.InputStream);
            Assert.Equal("done", body.RootElement.GetProperty("event").GetString());
            context.Response.StatusCode = answer;
            context.Response.Close();
        }

        var line = problem is null ? null : $"notify: {address.TrimEnd('/')} could not be notified: {problem}";
        Assert.Equal(line, await post.WaitAsync(TimeSpan.FromMinutes(5)));
    }
}
