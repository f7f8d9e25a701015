using System.Net;
using System.Net.Sockets;
using Grid.Client.Tests.Silo;

namespace Grid.Client.Tests.Commands;

/// <summary>What cannot be done is said in one line.</summary>
public sealed class RefusalTests(RefusalTests.Place place) : IClassFixture<RefusalTests.Place>
{
    [Theory]
    [InlineData("status nosuch", "There is no sweep nosuch")]
    [InlineData("submit missing.yaml", "missing.yaml: there is no such file")]
    [InlineData("submit wrong.yaml", "wrong.yaml:4")]
    [InlineData("submit /dev/zero", "/dev/zero:1:1: the file is over 1 MB")]
    [InlineData("submit impossible.yaml", "impossible.yaml:3:8: the model linear")]
    [InlineData("retry houses --failed --missing", "give only one of")]
    [InlineData("list --timeout 0", "--timeout 0")]
    [InlineData("list --cluster :", "is not HOST:PORT")]
    public async Task What_cannot_be_done_is_one_line_and_exit_code_2(string command, string says)
    {
        File.WriteAllText(place.Gridctl["wrong.yaml"],
            SweepLifeTests.Houses.Replace("price-poisoning", "price-posioning", StringComparison.Ordinal));
        // Every name is right; only the data set shows that it cannot be.
        File.WriteAllText(place.Gridctl["impossible.yaml"],
            SweepLifeTests.Houses.Replace("dataset: houses", "dataset: digits", StringComparison.Ordinal));

        var (code, output, error) = await place.Gridctl.Run(command.Split(' '));

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    [Fact]
    public async Task A_cluster_of_another_name_is_not_talked_to()
    {
        var (code, output, error) = await place.Gridctl.Run("list", "--cluster-id", "other");

        Assert.Equal((1, ""), (code, output));
        // Mostly the silo has hung up before its name has arrived.
        Assert.Matches("is cluster 'grid', not 'other'|ends the connection at once: it is no gateway of cluster 'other'",
            error.ReplaceLineEndings(" "));
        Assert.DoesNotContain("slowly", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    // Accepts, and says nothing: a silo that is too busy, or no silo at all. Nobody knows that its id is wrong.
    [Fact]
    public async Task Who_listens_and_does_not_answer_is_slow_and_not_said_to_be_another_cluster()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var (code, output, error) = await place.Gridctl.Run("list", "--timeout", "2", "--cluster", listener.LocalEndpoint.ToString()!);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("but made no connection as a silo's gateway within 2 s", error.ReplaceLineEndings(" "),
            StringComparison.Ordinal);
        Assert.Contains("still starting", error.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.DoesNotContain("cluster id", error, StringComparison.Ordinal);
    }

    // As through `kubectl port-forward 31000:30000`, or a Service with an address of its own.
    [Fact]
    public async Task A_gateway_that_is_reached_at_another_port_than_its_own_is_told_of_after_the_timeout()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ = Task.Run(async () =>
        {
            while (true) _ = Relay(await listener.AcceptTcpClientAsync());
        });

        var (code, output, error) = await place.Gridctl.Run("list", "--timeout", "4", "--cluster", listener.LocalEndpoint.ToString()!);

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith($"A silo answers at {listener.LocalEndpoint}, but that is not the address of its gateway.", error,
            StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));

        async Task Relay(TcpClient near)
        {
            using var far = new TcpClient("127.0.0.1", place.Silo.Gateway);
            await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(near.GetStream()));
            near.Dispose();
        }
    }

    [Fact]
    public async Task Where_nobody_listens_the_last_line_says_what_to_check()
    {
        var nobody = $"127.0.0.1:{FreePorts.Next()}";
        var (code, output, error) = await place.Gridctl.Run("list", "--cluster", nobody);

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith($"No cluster 'grid' answers at {nobody}", error.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
    }

    public sealed class Place : IAsyncLifetime
    {
        internal TestSilo Silo { get; } = new();

        internal Gridctl Gridctl => field ??= new(Silo.Address);

        public async ValueTask InitializeAsync() => await Silo.Start();

        public async ValueTask DisposeAsync()
        {
            Gridctl.Dispose();
            await Silo.DisposeAsync();
        }
    }
}
