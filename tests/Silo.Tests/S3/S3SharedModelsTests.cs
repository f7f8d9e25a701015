using Grid.Lab.Models;
using Grid.Lab.Models.Storage;
using Grid.Silo.Configuration;
using Grid.Silo.Tests.Serving;
using Bucket = Grid.Silo.S3.Bucket;

namespace Grid.Silo.Tests.S3;

/// <summary>Trained models in a bucket.</summary>
[Collection(LiveSilo.OneAtATime)]
public sealed class S3SharedModelsTests(S3Server server) : IClassFixture<S3Server>
{
    static readonly IReadOnlyList<NamedTensor> Model = [new("w", [2], [1, 2])];

    [Fact]
    public async Task What_one_silo_keeps_another_finds()
    {
        Needs.Met("npm", server.Missing);
        using var one = await Bucket.Open(server.Settings, S3Server.Bucket);
        using var other = await Bucket.Open(server.Settings, S3Server.Bucket);
        Assert.Null(one.Find("a"));
        one.Keep("a", [1, 2]);
        one.Keep("a", [1, 2, 3]);
        Assert.Equal([1, 2, 3], other.Find("a"));
    }

    [Fact]
    public async Task A_damaged_model_is_told_of_trained_anew_and_replaced()
    {
        Needs.Met("npm", server.Missing);
        using var bucket = await Bucket.Open(server.Settings, S3Server.Bucket);
        new ModelStore(null, shelf: bucket).Get("damaged", () => Model, default);
        var bytes = bucket.Find("damaged")!;
        bytes[^1] ^= 1;
        bucket.Keep("damaged", bytes);

        var told = new List<string>();
        new ModelStore(null, shelf: bucket, tell: told.Add).Get("damaged", () => Model, default);
        Assert.Contains("the shared model damaged: its seal does not fit", Assert.Single(told), StringComparison.Ordinal);
        new ModelStore(null, shelf: bucket).Get("damaged", () => throw new InvalidOperationException("It is there."), default);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_costs_a_training_and_a_line()
    {
        Needs.Met("npm", server.Missing);
        using var bucket = await Bucket.Open(
            new() { Endpoint = $"http://127.0.0.1:{FreePorts.Next()}", CredentialsFile = server.Credentials("S3RVER") }, "models");
        var told = new List<string>();
        Assert.Same(Model, new ModelStore(null, shelf: bucket, tell: told.Add).Get("a", () => Model, default));
        Assert.Equal(2, told.Count);
        Assert.Contains("the model a could not be shared", told[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bucket", "the bucket 'nowhere' cannot be used (NoSuchBucket")]
    [InlineData("key", "the bucket 'grid-models' cannot be used (InvalidAccessKeyId")]
    [InlineData("endpoint", "Grid:S3:Endpoint: 'store:9000' is no URL")]
    [InlineData("file", "Grid:S3:CredentialsFile: Could not find")]
    [InlineData("empty", "lacks [default] with aws_access_key_id")]
    public async Task What_is_set_up_wrongly_is_told_at_the_start(string what, string told)
    {
        Needs.Met("npm", server.Missing);
        var settings = server.Settings;
        if (what == "key") settings.CredentialsFile = server.Credentials("nobody");
        if (what == "endpoint") settings.Endpoint = "store:9000";
        if (what == "file") settings.CredentialsFile = "/nowhere/credentials";
        if (what == "empty") settings.CredentialsFile = "/dev/null";
        var error = await Assert.ThrowsAsync<SettingException>(
            () => Bucket.Open(settings, what == "bucket" ? "nowhere" : S3Server.Bucket));
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task A_silo_shares_what_it_trains()
    {
        Needs.Met("npm", server.Missing);
        await using var silo = await LiveSilo.Start(
            $"--Grid:S3:Bucket={S3Server.Bucket}", $"--Grid:S3:Endpoint={server.Url}", "--Grid:S3:Prefix=lab/",
            $"--Grid:S3:CredentialsFile={server.Credentials("S3RVER")}");
        using var http = silo.Client();
        var taken = await LiveSilo.Json(
            await http.PostAsync("/api/v1/sweeps", LiveSilo.Yaml(LiveSilo.Sweep)), System.Net.HttpStatusCode.Created);
        await http.GetStringAsync($"/api/v1/sweeps/{taken.GetProperty("sweep").GetString()}/events");

        // Two seeds.
        var models = server.Objects.Where(o => o.Contains("/lab/", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, models.Count);
    }
}
