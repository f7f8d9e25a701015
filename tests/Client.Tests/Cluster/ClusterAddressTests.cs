using Grid.Client.Cluster;
using Grid.Presentation.CommandLine;

namespace Grid.Client.Tests.Cluster;

public sealed class ClusterAddressTests
{
    [Theory]
    [InlineData("localhost", "localhost:30000")]
    [InlineData("10.0.0.1:4000, silo-1.grid:30001", "10.0.0.1:4000,silo-1.grid:30001")]
    [InlineData("[::1]:30000", "[::1]:30000")]
    [InlineData("[::1]", "[::1]:30000")]
    public void A_list_of_gateways_is_read(string text, string means) => Assert.Equal(means, ClusterAddress.Parse(text, "grid").ToString());

    [Theory]
    [InlineData("")]
    [InlineData("a,")]
    [InlineData("a:")]
    [InlineData("a:0")]
    [InlineData("a:65536")]
    [InlineData("a:-1")]
    [InlineData("a:1:2")]
    [InlineData("http://a:1")]
    [InlineData("[::1]30000")]
    [InlineData("[")]
    public void What_is_no_list_is_refused(string text) =>
        Assert.StartsWith("--cluster", Assert.Throws<RefusedException>(() => ClusterAddress.Parse(text, "grid")).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task A_host_name_gives_all_its_addresses_once() =>
        Assert.Single(await ClusterAddress.Parse("127.0.0.1:1,127.0.0.1:1", "grid").Resolve(CancellationToken.None));
}
