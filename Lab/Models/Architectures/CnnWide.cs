namespace Grid.Lab.Models.Architectures;

/// <summary>Small convolutional network like cnn, with 32 and 64 filters; usually trained with batch 64 and Adam at 0.001.</summary>
[Named("cnn-wide")]
public sealed class CnnWide() : ConvNet(first: 32, second: 64);
