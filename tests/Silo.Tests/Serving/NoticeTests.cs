using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Grid.Silo.Tests.Serving;

/// <summary>What is posted when a sweep of a cluster is over.</summary>
[Collection(LiveSilo.OneAtATime)]
public sealed class NoticeTests
{
    [Fact]
    public async Task One_signed_message_goes_to_a_host_that_is_allowed_and_none_to_another()
    {
        var secret = Path.GetTempFileName();
        await File.WriteAllTextAsync(secret, "open sesame\n");
        using var hook = new HttpListener();
        var port = FreePorts.Next();
        hook.Prefixes.Add($"http://localhost:{port}/");
        hook.Start();
        await using var silo = await LiveSilo.Start("--Grid:NotifyHosts=localhost", $"--Grid:NotifySecretFile={secret}");
        using var http = silo.Client();

        // To 127.0.0.1 nothing may be sent: would it be, it would come first.
        foreach (var host in new[] { "127.0.0.1", "localhost" })
        {
            var text = LiveSilo.Sweep.Replace("name: small",
                $"name: {(host == "localhost" ? "allowed" : "other")}\nnotify: {{url: http://{host}:{port}/hook}}",
                    StringComparison.Ordinal);
            var taken = await LiveSilo.Json(await http.PostAsync("/api/v1/sweeps", LiveSilo.Yaml(text)), HttpStatusCode.Created);
            await http.GetStringAsync($"/api/v1/sweeps/{taken.GetProperty("sweep").GetString()}/events");
        }

        var context = await hook.GetContextAsync().WaitAsync(TimeSpan.FromMinutes(10));
        var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        context.Response.StatusCode = 204;
        context.Response.Close();

        var notice = JsonDocument.Parse(body.ToArray()).RootElement;
        Assert.Equal(("done", "allowed", 8),
            (notice.GetProperty("event").GetString(), notice.GetProperty("name").GetString(), notice.GetProperty("done").GetInt32()));
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes("open sesame"), body.ToArray()));
        Assert.Equal($"sha256={signature}", context.Request.Headers["X-Grid-Signature"]);
        File.Delete(secret);
    }
}
