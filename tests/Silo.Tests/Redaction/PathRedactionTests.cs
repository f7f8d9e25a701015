using Grid.Silo.Redaction;

namespace Grid.Silo.Tests.Redaction;

public sealed class PathRedactionTests
{
    [Theory]
    [InlineData("/var/lib/grid/models/a.bin is damaged", "a.bin is damaged")]
    [InlineData("cannot read '/home/me/data.csv' (denied)", "cannot read 'data.csv' (denied)")]
    [InlineData("/etc is no file, nor is /tmp/x/", "etc is no file, nor is x/")]
    [InlineData("//host/share/a.npz:3", "a.npz:3")]
    [InlineData("1 / 30 of the cells, at 2/255", "1 / 30 of the cells, at 2/255")]
    [InlineData("images / labels", "images / labels")]
    public void Folders_are_left_out_and_nothing_else(string text, string discreet) => Assert.Equal(discreet, PathRedaction.Text(text));
}
