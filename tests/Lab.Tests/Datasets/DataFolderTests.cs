using System.Security.Cryptography;
using Grid.Lab.Datasets.Files;
using static Grid.Lab.Tests.Datasets.Compressed;

namespace Grid.Lab.Tests.Datasets;

public sealed class DataFolderTests : IDisposable
{
    static readonly byte[] Labels = [0, 0, 8, 1, 0, 0, 0, 2, 7, 3];
    static readonly DataFile File = new("mnist", "labels", Labels.Length, Convert.ToHexStringLower(SHA256.HashData(Labels)));

    readonly TemporaryFolder _root = new();
    readonly HttpClient _http = new();

    public void Dispose()
    {
        _http.Dispose();
        _root.Dispose();
    }

    [Theory]
    [InlineData("own")]
    [InlineData("cache")]
    [InlineData("shared")]
    public async Task A_file_is_found_in_every_folder_gzipped_or_not(string folder)
    {
        _root.Write($"{folder}/mnist/labels", Labels);
        Assert.Equal(Labels, await Read());

        System.IO.File.Delete(_root[$"{folder}/mnist/labels"]);
        _root.Write($"{folder}/mnist/labels.gz", Gzipped(Labels));
        Assert.Equal(Labels, await Read());
    }

    [Theory]
    [InlineData("own", "cache")]
    [InlineData("cache", "shared")]
    public async Task The_nearer_folder_wins(string nearer, string farther)
    {
        _root.Write($"{nearer}/mnist/labels", Labels);
        _root.Write($"{farther}/mnist/labels", [1]);

        Assert.Equal(Labels, await Read());
    }

    [Fact]
    public async Task Another_content_names_file_hashes_and_remedy()
    {
        byte[] other = [.. Labels[..^1], 4];
        string path = _root.Write("own/mnist/labels", other);

        var error = await Assert.ThrowsAsync<LabException>(Read);

        Assert.Equal(
            $"{path} is damaged: the SHA-256 of its content is {Convert.ToHexStringLower(SHA256.HashData(other))}, expected {File.Sha256}; "
            + "delete it to have it downloaded again, or replace it.",
            error.Message);
    }

    [Fact]
    public async Task A_truncated_file_says_how_far_it_goes()
    {
        _root.Write("own/mnist/labels", Labels.AsSpan(0, 7));
        Assert.Contains("ends after 7 of 10 bytes", (await Assert.ThrowsAsync<LabException>(Read)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_damage_to_a_gzip_gives_other_content()
    {
        byte[] whole = Gzipped(Labels);
        var damaged = Enumerable.Range(0, whole.Length).Select(length => whole.AsSpan(0, length).ToArray())
            .Concat(Enumerable.Range(0, 8 * whole.Length).Select(bit => Flip(whole, bit)));
        int noticed = 0;
        foreach (byte[] bytes in damaged)
        {
            _root.Write("own/mnist/labels.gz", bytes);
            try
            {
                // Damage to the heading or trailer of the gzip may leave the content whole.
                Assert.Equal(Labels, await Read());
            }
            catch (LabException)
            {
                noticed++;
            }
        }
        Assert.InRange(noticed, 8 * Labels.Length, int.MaxValue);
    }

    [Fact]
    public async Task Absent_files_with_downloads_forbidden_give_the_line_that_says_what_to_set()
    {
        var error = await Assert.ThrowsAsync<LabException>(Read);

        Assert.Equal(
            "mnist is not on this machine and no mirror answered (no mirror is known): "
            + "set GRID_DATA to a folder that holds mnist/labels.gz, or connect once.",
            error.Message);
    }

    Task<byte[]> Read() => new DataFolder(_root["own"], _root["cache"], _root["shared"], _http, TimeProvider.System, mirrors: [])
        .Read(File, [], progress: null, CancellationToken.None);

    static byte[] Flip(byte[] content, int bit)
    {
        byte[] flipped = [.. content];
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }
}
