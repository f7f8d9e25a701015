using Grid.Silo.Plans;

namespace Grid.Silo.Tests.Plans;

public sealed class RealPathTests : IDisposable
{
    // The temporary folder may be behind a link itself.
    readonly string _folder = RealPath.Of(Directory.CreateTempSubdirectory("grid-links-").FullName);

    public RealPathTests()
    {
        Directory.CreateDirectory(At("allowed/deep"));
        Directory.CreateDirectory(At("secret"));
        File.WriteAllText(At("secret/a.csv"), "1");
        Directory.CreateSymbolicLink(At("allowed/door"), At("secret"));
        Directory.CreateSymbolicLink(At("allowed/near"), "deep");
        File.CreateSymbolicLink(At("allowed/a.csv"), "door/a.csv");
        Directory.CreateSymbolicLink(At("allowed/round"), "round/round");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("allowed/deep/new.csv", "allowed/deep/new.csv")]
    [InlineData("allowed/near/new.csv", "allowed/deep/new.csv")]
    [InlineData("allowed/./deep/../deep/x", "allowed/deep/x")]
    [InlineData("allowed/a.csv", "secret/a.csv")]
    [InlineData("allowed/door/a.csv", "secret/a.csv")]
    [InlineData("allowed/door/../secret/a.csv", "secret/a.csv")]
    public void Every_link_on_the_way_is_followed(string path, string real) => Assert.Equal(At(real), RealPath.Of(At(path)));

    [Fact]
    public void A_circle_is_an_error() => Assert.Throws<IOException>(() => RealPath.Of(At("allowed/round/x")));

    string At(string path) => Path.Combine(_folder, path);
}
