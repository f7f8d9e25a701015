using Grid.Web.Sources;

namespace Grid.Web.Tests;

public sealed class RecentlyUsedTests
{
    [Fact]
    public void What_was_asked_for_longest_ago_is_let_go_and_made_anew()
    {
        var made = new List<string>();
        var recent = new RecentlyUsed<string>(2);
        string Ask(string key) => recent.Get(key, k =>
        {
            made.Add(k);
            return $"{k}{made.Count}";
        });

        Assert.Equal(["a1", "b2", "a1", "c3", "a1", "b4"], new[] { "a", "b", "a", "c", "a", "b" }.Select(Ask));
        Assert.Equal(["a1", "b4"], recent.Values.Order());
        Assert.Equal(["a", "b", "c", "b"], made);
    }
}
