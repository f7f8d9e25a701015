using Grid.Compute;
using TorchSharp;

namespace Grid.Torch;

/// <summary>Stands for the winners of a fused block: libtorch's own graph of convolution, ReLU and pooling, from which both vector-Jacobian
/// products are read without computing the block again.</summary>
sealed class FusedBlock : Tensor
{
    readonly torch.Tensor[] _inputs;
    readonly torch.Tensor _output;
    readonly long _bytes;
    bool _disposed;

    public FusedBlock(TorchDevice device, Shape shape, torch.Tensor x, torch.Tensor weight, torch.Tensor bias) : base(device, shape)
    {
        using var temporaries = torch.NewDisposeScope();
        _inputs = Array.ConvertAll([x, weight, bias], t => t.detach().requires_grad_().DetachFromDisposeScope());
        var replicas = x.dim() == 5 ? x.shape[0] : 1;
        var (images, kernels, biases) = x.dim() == 4
            ? (_inputs[0], _inputs[1], _inputs[2])
            : (ToChannels(_inputs[0]), _inputs[1].flatten(0, 1), _inputs[2].flatten());
        var activations = torch.nn.functional.conv2d(images, kernels, biases, padding: [1, 1], groups: replicas).relu_();
        var pooled = torch.nn.functional.max_pool2d(activations, 2);
        _output = (x.dim() == 4 ? pooled : FromChannels(pooled, replicas)).DetachFromDisposeScope();
        // What the graph keeps: activations, the places of the winners, and of replicas the rearranged images and output.
        _bytes = sizeof(float) * activations.numel() + sizeof(long) * pooled.numel()
            + (x.dim() == 4 ? 0 : sizeof(float) * (x.numel() + pooled.numel()));
        Hold(_bytes);
    }

    /// <summary>Puts replicas into groups of channels: [r, n, c, h, w] -> [n, r c, h, w].</summary>
    static torch.Tensor ToChannels(torch.Tensor x) => x.transpose(0, 1).flatten(1, 2);

    static torch.Tensor FromChannels(torch.Tensor y, long replicas) => y.unflatten(1, replicas, y.shape[1] / replicas).transpose(0, 1);

    /// <summary>The block's output, without its graph.</summary>
    public torch.Tensor Output => _output.detach();

    public torch.Tensor InputGradient(torch.Tensor gradient) => Gradients(gradient, _inputs[0])[0];

    public (torch.Tensor Weight, torch.Tensor Bias) WeightGradient(torch.Tensor gradient)
    {
        var gradients = Gradients(gradient, _inputs[1], _inputs[2]);
        return (gradients[0], gradients[1]);
    }

    IList<torch.Tensor> Gradients(torch.Tensor gradient, params torch.Tensor[] inputs) =>
        torch.autograd.grad([_output], inputs, [gradient], retain_graph: true);

    public override void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Hold(-_bytes);
        _output.Dispose();
        foreach (var input in _inputs) input.Dispose();
    }
}
