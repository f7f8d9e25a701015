using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Models.Storage;
using Grid.Lab.Tests.Datasets;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Attacks.Evasion;

public sealed class SpatialTests : IDisposable
{
    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    /// <summary>Calls an image class 1 if the given pixels are bright, else class 0.</summary>
    sealed class Watching(Device device, params int[] pixels) : Classifier(device)
    {
        public int Rows { get; private set; }

        public override Variable Logits(Tape tape, Variable images)
        {
            var (n, size) = (images.Shape[0], images.Shape.RowSize);
            Rows += n;
            var weight = new float[2 * size];
            foreach (var pixel in pixels) weight[size + pixel] = 1;
            var (w, b) = (Device.Upload(weight, [2, size]), Device.Upload([0.5f, 0], [2]));
            return tape.Linear(tape.Reshape(images, [n, size]), Tape.Constant(w), Tape.Constant(b));
        }
    }

    /// <summary>Images of 5 x 5 with one bright pixel each, of class 0.</summary>
    Batch Dots(params int[] pixels)
    {
        var images = new float[25 * pixels.Length];
        for (var i = 0; i < pixels.Length; i++) images[25 * i + pixels[i]] = 1;
        return new(_device.Upload(images, [pixels.Length, 1, 5, 5]), _device.Zeros([pixels.Length]),
            Enumerable.Range(0, pixels.Length).ToArray());
    }

    static int[] Bright(Tensor images) => [.. images.ToArray().Chunk(25).Select(row => Array.IndexOf(row, row.Max()))];

    static Tensor Perturb(Spatial attack, Classifier target, Batch batch, double strength = 1) =>
        attack.Perturb(target, batch, [strength], 0, CancellationToken.None)[0];

    /// <summary>A known toolkit takes one transform for the whole batch, which could break one of these only.</summary>
    [Fact]
    public void Each_sample_gets_the_transform_that_breaks_it()
    {
        using var scope = _device.Scope();
        // The centre is watched; its left, right, upper and lower neighbours need four different shifts to get there.
        var broken = Perturb(new Spatial(rotations: 1, translation: 1, translations: 3), new Watching(_device, 12), Dots(11, 13, 7, 17));
        Assert.Equal([12, 12, 12, 12], Bright(broken));
    }

    [Fact]
    public void Angles_turn_about_the_centre_of_the_image()
    {
        using var scope = _device.Scope();
        // A quarter turn takes the middle of the right edge to the middle of the upper or of the lower edge.
        foreach (var (from, to) in new[] { (14, 2), (14, 22), (10, 2), (10, 22) })
        {
            var turned = Perturb(new Spatial(rotation: 90, rotations: 3, translations: 1), new Watching(_device, to), Dots(from));
            Assert.Equal([to], Bright(turned));
            Assert.Equal(1, turned.ToArray()[to], 5);
        }
    }

    [Fact]
    public void A_positive_angle_turns_counter_clockwise_and_a_positive_shift_moves_up_and_left()
    {
        using var scope = _device.Scope();
        int Moved(int pixel, double degrees, double down, double across) =>
            Bright(_device.GridSample(Dots(pixel).Images, PixelGrid.Moved(_device, 5, 5, degrees, down, across))).Single();

        Assert.Equal(2, Moved(14, 90, 0, 0));
        Assert.Equal(7, Moved(12, 0, 1, 0));
        Assert.Equal(11, Moved(12, 0, 0, 1));
        // The content is first shifted up, then turned to the left.
        Assert.Equal(11, Moved(12, 90, 1, 0));
    }

    [Fact]
    public void What_nothing_breaks_is_left_where_the_loss_is_highest()
    {
        using var scope = _device.Scope();
        // A shift of a quarter brings a quarter of the brightness to the watched pixel, which is not enough; the opposite shift brings
        // none.
        var batch = Dots(11);
        var image = Perturb(new Spatial(rotations: 1, translation: 0.25, translations: 3), new Watching(_device, 12), batch).ToArray();
        Assert.Equal(0.25f, image[12], 5);
        Assert.Equal(0.75f, image[11], 5);
        // Where no transform raises the loss, the image stays, though the grid does not hold it.
        Assert.Equal(batch.Images.ToArray(), Perturb(new Spatial(rotations: 2, translations: 2), new Watching(_device), batch).ToArray());
    }

    [Fact]
    public void Strength_scales_angles_and_shifts_and_0_is_the_very_image()
    {
        using var scope = _device.Scope();
        var (attack, target, batch) = (new Spatial(rotations: 1, translation: 2, translations: 3), new Watching(_device, 12), Dots(11));
        Assert.Equal(batch.Images.ToArray(), Perturb(attack, target, batch, 0).ToArray());
        Assert.Equal([12], Bright(Perturb(attack, target, batch, 0.5)));
        Assert.Equal([11], Bright(Perturb(attack, target, batch, 0.1)));
        // A step of 2 jumps over the watched neighbour.
        Assert.Equal(0, Perturb(attack, target, batch, 1).ToArray()[12], 5);
    }

    [Fact]
    public void Broken_samples_are_left_alone()
    {
        using var scope = _device.Scope();
        var target = new Watching(_device, 12);
        // Wrong as it is; broken by the first of nine transforms; never broken.
        var images = Perturb(new Spatial(rotations: 1, translation: 1, translations: 3), target, Dots(12, 6, 4));
        Assert.Equal(3 + 2 + 8, target.Rows);
        Assert.Equal([12, 12], Bright(images)[..2]);
    }

    /// <summary>
    /// foolbox 3.3 on the same network from PyTorch and the same 1,000 images. Its shifts are 27/28 of their nominal length: it divides by
    /// half the side, and multiplies by half the distance between the corner pixels. With that the counts agree.
    /// </summary>
    [Theory]
    [Trait("Category", "Long")]
    [InlineData(30, 5, 3, 5, 0)]
    [InlineData(15, 5, 2, 5, 235)]
    [InlineData(30, 31, 3, 1, 644)]
    [InlineData(30, 1, 3, 7, 84)]
    public async Task As_many_of_1000_withstand_as_foolbox_leaves(
        double rotation, int rotations, double translation, int translations, int expected)
    {
        var model = Safetensors.Read(RealData.PathOf("models/mnist-cnn.safetensors"));
        RealData.PathOf("mnist");
        var mnist = await new Mnist().Load(RealData.DataFolder(), null, CancellationToken.None);
        using var network = new Network(new Cnn(), mnist.Shape, mnist.Classes, _device, [.. model.Select(t => t.Values)]);
        var (attack, right) = (new Spatial(rotation, rotations, translation * 27 / 28, translations), 0);
        foreach (var indices in Enumerable.Range(0, 1000).Chunk(250))
        {
            using var scope = _device.Scope();
            var batch = new Batches(mnist.Test, mnist.Shape, _device).Take(indices);
            right += (int)_device.Combine(Binary.Equal, network.Predict(Perturb(attack, network, batch)), batch.Labels).ToArray().Sum();
        }

        Assert.InRange(right, expected - 2, expected + 2);
    }
}
