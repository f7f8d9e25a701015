using Amazon.S3;
using Grid.Lab.Models.Storage;

namespace Grid.Silo.S3;

/// <summary>
/// Trained models in a bucket of an S3-compatible store, for every silo. The bucket's own rules decide which models are deleted. If a call
/// fails, the silo trains the model itself, and <see cref="ModelStore"/> writes a line to the log; it also checks the seal of each model.
/// </summary>
/// <param name="store">The client of the store, which is disposed together with this object.</param>
sealed class S3SharedModels(IAmazonS3 store, string bucket, string prefix) : ISharedModelStore, IDisposable
{
    public byte[]? Find(string key)
    {
        try
        {
            return Wait(Read);
        }
        catch (AmazonS3Exception e) when (e.ErrorCode == "NoSuchKey")
        {
            return null;
        }

        async Task<byte[]> Read()
        {
            using var answer = await store.GetObjectAsync(bucket, prefix + key);
            using var bytes = new MemoryStream();
            await answer.ResponseStream.CopyToAsync(bytes);
            return bytes.ToArray();
        }
    }

    public void Keep(string key, byte[] bytes) => Wait(() => store.PutObjectAsync(new()
    {
        BucketName = bucket,
        Key = prefix + key,
        InputStream = new MemoryStream(bytes),
        // Whole, signed with the hash of its bytes: the store refuses what is damaged on its way, and the oldest of them understand it.
        UseChunkEncoding = false,
    }));

    public void Dispose() => store.Dispose();

    static T Wait<T>(Func<Task<T>> act)
    {
        try
        {
            // On the thread of a device, which has no other work meanwhile.
            return act().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException e)
        {
            // Nobody wished it to end: the store took too long.
            throw new IOException("the S3 store did not answer in time", e);
        }
    }
}
