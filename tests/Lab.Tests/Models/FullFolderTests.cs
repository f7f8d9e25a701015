using Grid.Lab.Models;
using Grid.Lab.Models.Storage;

namespace Grid.Lab.Tests.Models;

public sealed class FullFolderTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    int _trainings;

    public void Dispose() => _folder.Dispose();

    IReadOnlyList<NamedTensor> Train() => [new("w", [2], [++_trainings, 0.1f])];

    // A disk that is full refuses in the same way.
    [Fact]
    public void A_folder_that_cannot_be_written_costs_a_training_and_no_cell()
    {
        File.WriteAllText(_folder["models"], "a file where the folder would be");
        var lines = new List<string>();
        var store = new ModelStore(_folder["models"], tell: lines.Add);

        Assert.Equal([1, 0.1f], store.Get("a", Train, default)[0].Values);
        Assert.Equal([2, 0.1f], store.Get("a", Train, default)[0].Values);
        store.Put("b", Train());
        Assert.False(store.Has("b"));

        Assert.Equal(3, lines.Count);
        Assert.All(lines, l => Assert.Matches("^the model [ab] could not be kept \\(.+\\); whoever needs it again trains it again\\.$", l));
    }
}
