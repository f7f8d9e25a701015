using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.S3;
using Grid.Silo.Configuration;

namespace Grid.Silo.S3;

/// <summary>Opens the connection to the bucket of <see cref="BucketSettings"/>.</summary>
static class Bucket
{
    // For a model of the largest size that is shared, over a slow line.
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(5);

    /// <exception cref="SettingException">A setting is wrong, or the store refuses bucket or key.</exception>
    public static async Task<S3SharedModels> Open(BucketSettings settings, string bucket)
    {
        var store = Client(settings);
        try
        {
            await store.ListObjectsV2Async(new() { BucketName = bucket, Prefix = settings.Prefix, MaxKeys = 1 });
        }
        catch (AmazonS3Exception e) when ((int)e.StatusCode is >= 400 and < 500)
        {
            throw new SettingException(
                $"{BucketSettings.Section}: the bucket '{bucket}' cannot be used ({e.ErrorCode}: {e.Message.TrimEnd('.')})", e);
        }
        catch (AmazonClientException e)
        {
            throw new SettingException(
                $"{BucketSettings.Section}:{nameof(BucketSettings.CredentialsFile)}: nobody says who asks the store "
                + $"({e.Message.TrimEnd('.')})",
                e);
        }
        catch (Exception e) when (e is AmazonServiceException or HttpRequestException or OperationCanceledException or IOException)
        {
            // It may answer by the time that there are models; the cells do not need it.
        }

        return new(store, bucket, settings.Prefix);
    }

    static AmazonS3Client Client(BucketSettings settings)
    {
        var config = new AmazonS3Config
        {
            Timeout = Patience,
            ConnectTimeout = ConnectPatience,
            MaxErrorRetry = 1,
            // What stores beside AWS do not all know; models have a seal of their own.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (settings.Endpoint is { Length: > 0 } endpoint)
        {
            if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
                throw new SettingException(
                    $"{BucketSettings.Section}:{nameof(BucketSettings.Endpoint)}: '{endpoint}' is no URL; "
                    + "write https://HOST or http://HOST");
            (config.ServiceURL, config.AuthenticationRegion, config.ForcePathStyle) = (endpoint, settings.Region, true);
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(settings.Region);
        }

        return settings.CredentialsFile is { Length: > 0 } file ? new(Credentials(file), config) : new(config);
    }

    static AWSCredentials Credentials(string file)
    {
        const string setting = $"{BucketSettings.Section}:{nameof(BucketSettings.CredentialsFile)}";
        try
        {
            // The SDK takes a file that cannot be read for an empty one.
            File.OpenRead(file).Dispose();
            var profiles = new SharedCredentialsFile(file);
            if (profiles.TryGetProfile(SharedCredentialsFile.DefaultProfileName, out var profile) && profile.CanCreateAWSCredentials)
                return profile.GetAWSCredentials(profiles);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"{setting}: {e.Message}", e);
        }

        throw new SettingException($"{setting}: {file} lacks [default] with aws_access_key_id and aws_secret_access_key");
    }
}
