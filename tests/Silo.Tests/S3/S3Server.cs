using System.Diagnostics;
using System.Net;
using Grid.Silo.Configuration;
using Grid.Silo.Tests.Serving;

namespace Grid.Silo.Tests.S3;

/// <summary>A store that speaks S3 on this machine, s3rver of npm's: it keeps objects as files, and checks who asks, though not
/// the signature.</summary>
public sealed class S3Server : IAsyncLifetime
{
    public const string Bucket = "grid-models";

    readonly string _folder = Directory.CreateTempSubdirectory("grid-s3-").FullName;
    Process? _process;

    /// <summary>Why there is none here; null if there is one.</summary>
    public string? Missing { get; private set; }

    public string Url { get; private set; } = "";

    internal BucketSettings Settings => new() { Bucket = Bucket, Endpoint = Url, CredentialsFile = Credentials("S3RVER") };

    public async ValueTask InitializeAsync()
    {
        var npm = new NpmFolder(Path.Combine(SettingsTableTests.Root, "tests", "Silo.Tests", "S3", "Npm"));
        if (npm.Fetch() is { } why)
        {
            Missing = $"s3rver could not be fetched: {why}.";
            return;
        }

        var port = FreePorts.Next();
        Url = $"http://127.0.0.1:{port}";
        _process = Process.Start(new ProcessStartInfo(
            Path.Combine(npm.Programs, "s3rver"),
            [
                "--silent", "--address", "127.0.0.1", "--port", $"{port}", "--directory", Path.Combine(_folder, "objects"),
                "--configure-bucket", Bucket,
            ]))!;
        using var client = new HttpClient();
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(Url));
                return;
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>The files of all objects, with the name of their key.</summary>
    public IEnumerable<string> Objects => Directory.EnumerateFiles(_folder, "*_object", SearchOption.AllDirectories);

    /// <summary>A file as AWS's tools write it.</summary>
    /// <param name="id">S3RVER is one that the store knows.</param>
    public string Credentials(string id)
    {
        var file = Path.Combine(_folder, $"credentials-{id}");
        File.WriteAllText(file, $"[default]\naws_access_key_id = {id}\naws_secret_access_key = hunter2\n");
        return file;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
