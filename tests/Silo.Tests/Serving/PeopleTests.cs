using Grid.Silo.Identity;

namespace Grid.Silo.Tests.Serving;

/// <summary>The file of people while a silo runs.</summary>
public sealed class PeopleTests : IDisposable
{
    static readonly DateTime Noon = new(2026, 1, 2, 12, 0, 0, DateTimeKind.Utc);

    readonly string _folder = Directory.CreateTempSubdirectory("grid-people-").FullName;

    string File => Path.Combine(_folder, "people");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    void Write(string text, DateTime at)
    {
        System.IO.File.WriteAllText(File, text);
        System.IO.File.SetLastWriteTimeUtc(File, at);
    }

    // A file that is put back from a copy is older than the one before it.
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Who_is_taken_out_of_the_file_is_out_at_once_whatever_the_time_of_the_new_file(int hours)
    {
        Write("ada admin certificate\nrita read certificate\n", Noon);
        var people = People.Open(File);
        Assert.NotNull(people.WithCertificate("ada"));
        Write("rita submit certificate\n", Noon.AddHours(hours));
        Assert.Null(people.WithCertificate("ada"));
        Assert.Equal("submit", people.WithCertificate("rita")?.Role);
    }

    [Fact]
    public void A_file_that_is_wrong_or_gone_leaves_the_people_of_the_last_right_one()
    {
        Write("ada admin certificate\n", Noon);
        var people = People.Open(File);
        Write("ada admin certificate\nbob king certificate\n", Noon.AddHours(1));
        Assert.Equal(("admin", null), (people.WithCertificate("ada")?.Role, people.WithCertificate("bob")));
        System.IO.File.Delete(File);
        Assert.Equal("admin", people.WithCertificate("ada")?.Role);
        Write("ada read certificate\n", Noon.AddHours(2));
        Assert.Equal("read", people.WithCertificate("ada")?.Role);
    }
}
