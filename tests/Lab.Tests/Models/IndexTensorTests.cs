using Grid.Lab.Models;

namespace Grid.Lab.Tests.Models;

public sealed class IndexTensorTests
{
    [Fact]
    public void Indices_come_back_as_they_were()
    {
        int[] indices = [0, 1, 16_777_215, 16_777_216];
        Assert.Equal(indices, IndexTensor.Read(IndexTensor.Of("kept", indices)));
        Assert.Empty(IndexTensor.Read(IndexTensor.Of("kept", [])));
    }

    // 16,777,217 is no float: it would come back as the sample before it.
    [Fact]
    public void An_index_that_would_come_back_as_another_one_is_refused() =>
        Assert.Contains("16,777,217", Assert.Throws<LabException>(() => IndexTensor.Of("kept", [3, 16_777_217])).Message,
            StringComparison.Ordinal);
}
