using Grid.Presentation.CommandLine;
using Grid.Web.Sources;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Grid.Web.Rendering;

/// <summary>
/// Tells a page by server-sent events that what it shows has changed. After <c>change</c> it fetches what is new; <c>end</c> says that
/// there is nothing to watch, and <c>lost</c> that the source does not answer.
/// </summary>
static class LiveEvents
{
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <param name="now">The state that the page shows, as a text; null where there is none.</param>
    public static async Task Send(HttpContext context, TimeProvider clock, Func<CancellationToken, Task<string?>> now)
    {
        // A host that stops does not wait for those who watch; they come back to the next.
        var host = context.RequestServices.GetService<IHostApplicationLifetime>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host?.ApplicationStopping ?? default);
        var ct = end.Token;
        (context.Response.ContentType, context.Response.Headers.CacheControl) = ("text/event-stream", "no-store");
        var (told, lost, quiet) = (default(string), false, 0);
        try
        {
            // A page that comes back after the connection was lost cannot know what it has missed.
            await Tell("hello");
            while (!ct.IsCancellationRequested)
            {
                try
                {
                    if (await now(ct) is not { } state)
                    {
                        await Tell("end");
                        return;
                    }

                    if (lost || (told is not null && told != state)) await Tell("change");
                    (told, lost) = (state, false);
                }
                catch (Exception e) when (e is RefusedException or SourceException or IOException)
                {
                    if (!lost) await Tell("lost");
                    lost = true;
                }

                // So that either side notices when the other is gone.
                if (++quiet >= 15) await Tell("beat");
                await Task.Delay(Look, clock, ct);
            }
        }
        catch (OperationCanceledException)
        {
            // Who asked has left.
        }

        async Task Tell(string what)
        {
            quiet = 0;
            await context.Response.WriteAsync($"event: {what}\ndata: \n\n", ct);
            await context.Response.Body.FlushAsync(ct);
        }
    }
}
