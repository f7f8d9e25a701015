using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Grid.Lab.Datasets.Files;
using static Grid.Lab.Tests.Datasets.Compressed;
using static Grid.Lab.Tests.Datasets.LocalMirror;

namespace Grid.Lab.Tests.Datasets;

public sealed class DownloadTests : IDisposable
{
    // Not compressible, so that half of the gzip is about half of the content.
    static readonly byte[] Images = SHA512.HashData("images"u8.ToArray());
    static readonly byte[] Body = Gzipped(Images);
    static readonly byte[] Other = Gzipped(SHA512.HashData("others"u8.ToArray()));
    static readonly DataFile File = new("mnist", "images", Images.Length, Convert.ToHexStringLower(SHA256.HashData(Images)));

    readonly TemporaryFolder _cache = new();
    readonly HttpClient _http = new();
    readonly ShortTime _time = new();

    public void Dispose()
    {
        _http.Dispose();
        _cache.Dispose();
    }

    [Fact]
    public async Task A_mirror_that_answers_503_is_asked_again_and_its_file_kept()
    {
        using var mirror = new LocalMirror(Answer.Error("503 Service Unavailable"), Answer.Ok(Body));

        Assert.Equal(Images, await Read(mirror));
        Assert.Equal(Images, await Read(mirror));

        Assert.Equal(["GET /folder/images.gz HTTP/1.1", "GET /folder/images.gz HTTP/1.1"], mirror.Requests);
        Assert.Equal(1, _time.Retries);
        Assert.Equal(["mnist/images.gz"], _cache.Files);
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_fetched_again()
    {
        using var mirror = new LocalMirror(Answer.Truncated(Body, sent: Body.Length / 2),
            Answer.Ok(Body[..(Body.Length / 2)]), Answer.Ok(Body));

        Assert.Equal(Images, await Read(mirror));

        Assert.Equal(3, mirror.Requests.Count);
        Assert.Equal(["mnist/images.gz"], _cache.Files);
    }

    [Fact]
    public async Task Other_content_is_asked_for_once_and_the_next_mirror_taken()
    {
        using var other = new LocalMirror(Answer.Ok(Other));
        using var right = new LocalMirror(Answer.Error("503 Service Unavailable"), Answer.Ok(Body));

        Assert.Equal(Images, await Read(other, right));

        Assert.Single(other.Requests);
        Assert.Equal(2, right.Requests.Count);
    }

    [Fact]
    public async Task Content_that_fails_the_check_everywhere_leaves_no_file_and_says_which_check()
    {
        using var other = new LocalMirror(Answer.Ok(Other));
        using var longer = new LocalMirror(Answer.Ok(Gzipped([.. Images, 1])));

        var error = await Assert.ThrowsAsync<LabException>(() => Read(other, longer));

        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(SHA512.HashData("others"u8.ToArray()))), error.Message,
            StringComparison.Ordinal);
        Assert.Contains(File.Sha256, error.Message, StringComparison.Ordinal);
        Assert.Contains("goes on after the expected 64 bytes", error.Message, StringComparison.Ordinal);
        Assert.Single(other.Requests);
        Assert.Single(longer.Requests);
        Assert.Empty(_cache.Files);
    }

    [Fact]
    public async Task A_mirror_that_fails_for_ever_is_given_up_after_three_attempts()
    {
        using var mirror = new LocalMirror(Answer.Error("503 Service Unavailable"));

        var error = await Assert.ThrowsAsync<LabException>(() => Read(mirror));

        Assert.Contains("503", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, mirror.Requests.Count);
        Assert.Empty(_cache.Files);
    }

    // Patience is asked for once for the status and once for each part of the body: without a status, the first ends, after 20 bytes, the
    // third.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(20, 3)]
    public async Task A_mirror_that_falls_silent_gives_way_to_the_next(int sent, int impatientAt)
    {
        using var silent = new LocalMirror(Answer.Hang(Body, sent));
        using var right = new LocalMirror(Answer.Ok(Body));
        var lines = new Lines();
        var folder = new DataFolder(null, _cache.Path, null, _http, new ShortTime(impatientAt), [silent.Address, right.Address]);

        Assert.Equal(Images, await folder.Read(File, [], lines, CancellationToken.None));

        Assert.Contains($"mnist: {silent.Address.Authority}: no answer in time", lines);
        Assert.Single(right.Requests);
        Assert.Equal(["mnist/images.gz"], _cache.Files);
    }

    [Fact]
    public async Task A_mirror_without_the_file_is_asked_once()
    {
        using var without = new LocalMirror(Answer.Error("404 Not Found"));
        using var right = new LocalMirror(Answer.Error("500 Internal Server Error"), Answer.Ok(Body));

        Assert.Equal(Images, await Read(without, right));

        Assert.Single(without.Requests);
    }

    [Fact]
    public async Task An_endless_body_is_not_taken_in()
    {
        using var mirror = new LocalMirror(Answer.Ok(new byte[1 << 20]));

        var error = await Assert.ThrowsAsync<LabException>(() => Read(mirror));

        Assert.Contains("more than the expected 64 bytes", error.Message, StringComparison.Ordinal);
        Assert.Single(mirror.Requests);
    }

    [Fact]
    public async Task A_mirror_may_send_the_file_uncompressed()
    {
        using var mirror = new LocalMirror(Answer.Ok(Images));

        Assert.Equal(Images, await Read(mirror));
        Assert.Equal(Images, await Read(mirror));

        Assert.Single(mirror.Requests);
        Assert.Equal(["mnist/images"], _cache.Files);
    }

    [Fact]
    public async Task Offline_without_data_gives_one_line_that_says_what_to_set()
    {
        var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var address = new Uri($"http://{nobody.LocalEndpoint}/");
        nobody.Stop();

        var error = await Assert.ThrowsAsync<LabException>(() => Folder([address]).Read(File, [], progress: null, CancellationToken.None));

        Assert.Matches(
            @"^mnist is not on this machine and no mirror answered \(127\.0\.0\.1:\d+: .*refused.*\): "
            + @"set GRID_DATA to a folder that holds mnist/images\.gz, or connect once\.$",
            error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task Two_downloads_at_once_are_harmless()
    {
        using var mirror = new LocalMirror(Answer.Ok(Body));

        var contents = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Read(mirror)));

        Assert.All(contents, content => Assert.Equal(Images, content));
        Assert.Equal(["mnist/images.gz"], _cache.Files);
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_costs_a_line_and_not_the_data()
    {
        using var mirror = new LocalMirror(Answer.Ok(Body));
        var lines = new Lines();
        _cache.Write("mnist", "a file where the folder should be"u8);

        Assert.Equal(Images, await Folder([mirror.Address]).Read(File, [], lines, CancellationToken.None));

        Assert.Contains(lines, line => line.StartsWith($"mnist: cannot keep {_cache["mnist"]}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cancelling_ends_the_attempts_and_leaves_no_file()
    {
        using var cancel = new CancellationTokenSource();
        using var silent = new LocalMirror(Answer.Hang(Body, sent: 20)) { Hanging = cancel.Cancel };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Folder([silent.Address]).Read(File, [], progress: null, cancel.Token));

        Assert.Single(silent.Requests);
        Assert.Empty(_cache.Files);
    }

    Task<byte[]> Read(params LocalMirror[] mirrors) =>
        Folder([.. mirrors.Select(mirror => mirror.Address)]).Read(File, [], progress: null, CancellationToken.None);

    DataFolder Folder(Uri[] mirrors) => new(own: null, _cache.Path, shared: null, _http, _time, mirrors);

    sealed class Lines : List<string>, IProgress<string>
    {
        public void Report(string value) => Add(value);
    }
}
