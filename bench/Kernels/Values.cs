using Grid.Compute;
using Grid.Compute.Random;

namespace Grid.Kernels;

static class Values
{
    public static Tensor Normal(Device device, Shape shape)
    {
        var values = new float[shape.Count];
        new PhiloxStream(1, "benchmark").FillNormal(values, 0, 1);
        return device.Upload(values, shape);
    }
}
