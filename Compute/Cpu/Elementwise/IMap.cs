using System.Runtime.Intrinsics;

namespace Grid.Compute.Cpu.Elementwise;

interface IMap
{
    Vector512<float> Apply(Vector512<float> x);
}

interface IMapPair
{
    Vector512<float> Apply(Vector512<float> x, Vector512<float> y);
}
