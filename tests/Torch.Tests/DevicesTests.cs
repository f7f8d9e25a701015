using Grid.Compute.Cpu;

namespace Grid.Torch.Tests;

public sealed class DevicesTests
{
    [Fact]
    public void The_managed_device_heads_the_list()
    {
        var first = TorchDevices.List()[0];
        Assert.Equal("cpu", first.Name);
        Assert.True(first.Memory > 1 << 20);
        Assert.IsType<CpuDevice>(TorchDevices.Open("cpu"));
    }

    [Fact]
    public void Every_listed_device_opens()
    {
        foreach (var listed in TorchDevices.List())
            using (var device = TorchDevices.Open(listed.Name)) Assert.Equal(listed.Name, device.Name);
    }

    [Theory]
    [InlineData("cuda:99")]
    [InlineData("gpu")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:one")]
    public void A_device_that_is_not_here_is_one_line_that_names_it_and_never_another_device(string name)
    {
        var missing = Assert.Throws<DeviceMissingException>(() => TorchDevices.Open(name));
        Assert.Contains(name, missing.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', missing.Message);
    }

    [Fact]
    public void Auto_takes_a_card_where_there_is_one()
    {
        using var device = TorchDevices.Open("auto");
        Assert.Equal(TorchDevices.List().Count > 1 ? "cuda:0" : "cpu", device.Name);
    }

    [Fact]
    public void A_library_that_is_there_and_cannot_be_loaded_is_not_called_absent()
    {
        var folder = Directory.CreateTempSubdirectory("grid-libtorch-").FullName;
        try
        {
            Assert.Equal("libtorch is not beside this program: publish it with -p:LibTorch=cuda", LibTorch.Trouble("cuda", [folder]));
            foreach (var file in new[] { "libtorch.so", "libLibTorchSharp.so", "torch.dll", "LibTorchSharp.dll", "libtorch.dylib",
                "libLibTorchSharp.dylib" })
                File.WriteAllText(Path.Combine(folder, file), "no library");
            var said = LibTorch.Trouble("cuda", [Path.Combine(folder, "else"), folder]);
            Assert.StartsWith("libtorch is beside this program and this machine cannot load it: ", said, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', said);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
