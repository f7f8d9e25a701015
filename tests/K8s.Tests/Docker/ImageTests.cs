namespace Grid.K8s.Tests.Docker;

[Trait("Category", "Long")]
public sealed class ImageTests
{
    /// <summary>tests/Images/run says what is tried. It wants root, and Debian's buildah, podman, runc, iproute2 and postgresql.</summary>
    [Fact]
    public void Images_are_built_and_run_as_Kubernetes_runs_them()
    {
        var answer = Tool.Run(Tree.Root, Tree.At("tests", "Images", "run"))!;
        Needs.Met("images", answer.Out.StartsWith("NOT HERE", StringComparison.Ordinal) ? answer.Out.Trim() : null);
        TestContext.Current.TestOutputHelper?.WriteLine(answer.Out);
        Assert.True(answer.Code == 0, answer.Out + answer.Error);
        Assert.EndsWith("IMAGES: built and run", answer.Out.TrimEnd(), StringComparison.Ordinal);
    }
}
