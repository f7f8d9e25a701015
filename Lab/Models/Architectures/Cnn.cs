namespace Grid.Lab.Models.Architectures;

/// <summary>Small convolutional network: 16 and 32 filters of 3x3, each with ReLU and 2x2 max pooling, then 128 dense units.</summary>
[Named("cnn")]
public sealed class Cnn() : ConvNet(first: 16, second: 32);
