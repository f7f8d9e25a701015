using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grid.Contracts;
using Grid.Contracts.Identity;
using Grid.Presentation.CommandLine;
using Orleans.Connections.Security;

namespace Grid.Client.Cluster;

/// <summary>How a cluster's silos are known, and how this client proves who it is where they ask.</summary>
/// <param name="AuthorityFile">For messages.</param>
/// <param name="Own">Null where silos do not ask.</param>
sealed record ClusterTls(string AuthorityFile, Authority Authority, X509Certificate2? Own)
{
    public const string AuthoritySetting = "GRID_TLS_AUTHORITY";

    const string CertificateSetting = "GRID_TLS_CERTIFICATE";

    const string KeySetting = "GRID_TLS_KEY";

    /// <summary>Null where none is set: connections are not encrypted.</summary>
    /// <exception cref="RefusedException">A file is missing or wrong.</exception>
    public static ClusterTls? FromEnvironment()
    {
        var (authority, certificate, key) = (Set(AuthoritySetting), Set(CertificateSetting), Set(KeySetting));
        if (certificate is null != key is null)
            throw new RefusedException($"{CertificateSetting} and {KeySetting} belong together: set both");
        if (authority is null)
            return certificate is null
                ? null
                : throw new RefusedException($"{CertificateSetting} is of no use without {AuthoritySetting}: set both");
        return new(
            authority, Read(AuthoritySetting, authority, () => Authority.Load(authority)),
            certificate is null ? null : Read(CertificateSetting, certificate, () => X509Certificate2.CreateFromPemFile(certificate, key)));
    }

    public void Apply(TlsOptions tls)
    {
        tls.LocalCertificate = Own;
        tls.ClientCertificateMode = Own is null ? RemoteCertificateMode.NoCertificate : RemoteCertificateMode.RequireCertificate;
        tls.RemoteCertificateValidation = (remote, _, _) => IsSilo(remote);
    }

    /// <summary>Shakes hands, to tell what is wrong: Orleans does not.</summary>
    /// <exception cref="ClusterException">The other side is no silo that the authority vouches for.</exception>
    public async Task Greet(Stream stream, IPEndPoint gateway, CancellationToken ct)
    {
        var known = true;
        await using var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    ClientCertificates = Own is null ? null : [Own],
                    RemoteCertificateValidationCallback = (_, certificate, _, _) => known = IsSilo(certificate as X509Certificate2),
                },
                ct);
        }
        catch (AuthenticationException e) when (!known)
        {
            throw new ClusterException(
                $"What answers at {gateway} shows a certificate that {AuthorityFile} ({AuthoritySetting}) did not sign, "
                + "or that is out of date; nothing was sent to it.", e);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            throw new ClusterException(
                $"What answers at {gateway} does not speak TLS: its silo has no Grid:Tls, or this is not its gateway. "
                + $"Leave {AuthoritySetting} unset for a cluster without.", e);
        }
    }

    /// <summary>Whether a gateway speaks TLS, whoever it is.</summary>
    public static async Task<bool> IsSpokenAt(IPEndPoint gateway, CancellationToken ct)
    {
        try
        {
            using var socket = new Socket(gateway.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(gateway, ct);
            var met = false;
            await using var tls = new SslStream(new NetworkStream(socket));
            try
            {
                await tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => (met = true) && false }, ct);
            }
            catch (AuthenticationException)
            {
                // As meant: nothing is sent to it.
            }

            return met;
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    bool IsSilo(X509Certificate2? certificate) => Authority.VouchesFor(certificate, Authority.ServerPurpose);

    static string? Set(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    static T Read<T>(string setting, string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new RefusedException($"{setting} {file}: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}", e);
        }
    }
}
