using Grid.Presentation.CommandLine;

namespace Grid.Presentation.Tests.CommandLine;

public sealed class SweepNamesTests
{
    static readonly string[] Ids = ["mnist-evasion-0a1b2c3d", "mnist-11112222", "friends-20250101-aaaabbbb",
        "friends-20250101-aaaacccc", "other-99998888"];

    [Theory]
    [InlineData("mnist-evasion-0a1b2c3d", "mnist-evasion-0a1b2c3d")]
    [InlineData("mnist-evasion", "mnist-evasion-0a1b2c3d")]
    [InlineData("mnist-evasion-0", "mnist-evasion-0a1b2c3d")]
    [InlineData("mnist", "mnist-11112222")]
    [InlineData("o", "other-99998888")]
    [InlineData("friends-20250101-aaaac", "friends-20250101-aaaacccc")]
    public void A_name_or_a_beginning_that_only_one_has_will_do(string name, string id) => Assert.Equal(id, SweepNames.Find(name, Ids, ""));

    [Theory]
    [InlineData("friends", "friends-20250101-aaaabbbb, friends-20250101-aaaacccc")]
    [InlineData("friends-20250101", "friends-20250101-aaaabbbb, friends-20250101-aaaacccc")]
    [InlineData("m", "mnist-evasion-0a1b2c3d, mnist-11112222")]
    [InlineData("mnist-evasoin", "did you mean 'mnist-evasion'?")]
    [InlineData("zzz", "known: mnist-evasion, mnist, friends-20250101, other")]
    public void What_several_or_none_have_is_refused_with_those_there_are(string name, string says) =>
        Assert.Contains(says, Assert.Throws<RefusedException>(() => SweepNames.Find(name, Ids, "")).Message, StringComparison.Ordinal);

    [Fact]
    public void Where_there_is_none_it_says_how_to_begin() =>
        Assert.Equal("There is no sweep a: submit one",
            Assert.Throws<RefusedException>(() => SweepNames.Find("a", [], "submit one")).Message);
}
