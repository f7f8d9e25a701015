using System.Net;
using System.Reflection;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Grid.Contracts;
using Grid.Contracts.Identity;
using Grid.Silo.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Connections.Security;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Grid.Silo.Tests.Serving;

/// <summary>Who may do what by the certificate that he shows, at the gateway and over HTTPS.</summary>
[Collection(LiveSilo.OneAtATime)]
public sealed class GatewayTests : IAsyncLifetime
{
    static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    readonly Certificates _certificates = new();
    readonly int _https = FreePorts.Next();
    readonly Told<CallerCheck> _audit = new();
    LiveSilo _silo = null!;

    public async ValueTask InitializeAsync()
    {
        var people = Path.Combine(Path.GetDirectoryName(_certificates.AuthorityFile)!, "people");
        await File.WriteAllTextAsync(people,
            "rita read certificate\nsam submit certificate\nsue submit certificate\nada admin certificate\n");
        var (certificate, key) = _certificates.Silo();
        _silo = await LiveSilo.Start(
            services => services.AddSingleton<ILogger<CallerCheck>>(_audit),
            $"--Grid:Tls:CertificateFile={certificate}", $"--Grid:Tls:KeyFile={key}",
                $"--Grid:Tls:AuthorityFile={_certificates.AuthorityFile}",
            "--Grid:Tls:ClientCertificates=true", $"--Grid:Identity:PeopleFile={people}", $"--Grid:Identity:HttpsPort={_https}");
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        _certificates.Dispose();
    }

    [Fact]
    public async Task Each_role_does_at_the_gateway_what_it_may_and_nothing_that_only_silos_do()
    {
        await Ask("rita", async grains =>
        {
            Assert.Empty(await grains.GetGrain<IGridGrain>(0).Sweeps());
            Assert.Null(await grains.GetGrain<IGridGrain>(0).Images("small-00000000", "a.cell-1", 8));
            await Refused(() => grains.GetGrain<IGridGrain>(0).Submit("s.yaml", LiveSilo.Sweep), "needs the role submit");
        });
        var sweep = "";
        await Ask("sam", async grains =>
        {
            sweep = (await grains.GetGrain<IGridGrain>(0).Submit("s.yaml", LiveSilo.Sweep)).Sweep;
            Assert.Equal("sam", (await grains.GetGrain<ISweepGrain>(sweep).Status()).Owner);
            await Refused(() => grains.GetGrain<ISweepGrain>(sweep).Lease(new("somebody", [], 1)), "needs the role admin");
            await Refused(() => grains.GetGrain<ICellGrain>("a.cell-1").Release("", 1), "needs the role admin");
        });
        await Ask("sue", grains => Refused(() => grains.GetGrain<ISweepGrain>(sweep).Turn(SweepPhase.Cancelled), "belongs to sam"));
        await Ask("ada", async grains =>
            Assert.NotEqual(SweepPhase.Planning, await grains.GetGrain<ISweepGrain>(sweep).Turn(SweepPhase.Paused)));
        await Ask("nobody", grains => Refused(() => grains.GetGrain<IGridGrain>(0).Sweeps(), "nobody is not among the people who may"));
        await Ask("ada", grains => Refused(() => grains.GetGrain<IGridGrain>(0).Sweeps(), "must know who asks"), proven: false);
    }

    // The silo remembers for a minute which proofs it has checked.
    [Fact]
    public async Task A_proof_that_is_known_as_a_clients_makes_nobody_a_silo()
    {
        var claims = false;
        await Ask("rita", async grains =>
        {
            await grains.GetGrain<IGridGrain>(0).Sweeps();
            claims = true;
            await Refused(() => grains.GetGrain<IGridGrain>(0).Submit("s.yaml", LiveSilo.Sweep), "needs the role submit");
        }, claimsSilo: () => claims);
    }

    /// <summary>Names of senders that only a silo has: the client within it, and its grains.</summary>
    [Theory]
    [InlineData("hosted")]
    [InlineData("grain")]
    public async Task Who_writes_a_silos_name_and_an_admins_into_his_messages_gains_no_role(string sender)
    {
        var sweep = "";
        // Of so many cells that it is not over before it is paused.
        var text = LiveSilo.Sweep.Replace("seeds: 2", "seeds: 200", StringComparison.Ordinal);
        await Ask("sam", async grains =>
        {
            sweep = (await grains.GetGrain<IGridGrain>(0).Submit("s.yaml", text)).Sweep;
            Assert.Equal(SweepPhase.Paused, await grains.GetGrain<ISweepGrain>(sweep).Turn(SweepPhase.Paused));
        });

        // With a valid certificate that may read, and without any proof at all.
        foreach (var proven in new[] { true, false })
        {
            await Ask("rita", grains => Refused(() => grains.GetGrain<ISweepGrain>(sweep).Turn(SweepPhase.Cancelled)), proven,
                sender == "hosted", sender == "grain" ? sweep : null);
        }

        await Ask("ada", async grains => Assert.Equal(SweepPhase.Paused, (await grains.GetGrain<ISweepGrain>(sweep).Status()).Phase));
        // What silos ask of themselves goes on: workers lease, coordinators note how far they are.
        lock (_audit.Lines) Assert.All(_audit.Lines, line => Assert.EndsWith("was refused Turn", line, StringComparison.Ordinal));

        // The answer to a grain's name is sent to the grain: whether it was a refusal, only what became of the sweep tells.
        Task Refused(Func<Task> ask) => sender == "hosted" ? GatewayTests.Refused(ask, "") : Assert.ThrowsAsync<TimeoutException>(ask);
    }

    /// <summary>Has a client put another sender into its messages, as anybody can who writes them by hand.</summary>
    /// <param name="type">The type of what holds the sender; fieldType is that of the field.</param>
    static void Forge(IServiceProvider client, string type, string fieldType, Func<Type, object> sender)
    {
        const BindingFlags Any = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;
        var holder = client.GetRequiredService(typeof(ClientMessagingOptions).Assembly.GetTypes().Single(t => t.Name == type));
        var field = holder.GetType().GetFields(Any).Single(f => f.FieldType.Name == fieldType);
        field.SetValue(holder, sender(field.FieldType));
    }

    static object Hosted(Type id) => id.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        .Single(m => m.Name == "Create" && m.GetParameters() is [{ ParameterType: var type }] && type == typeof(string))
        .Invoke(null, ["hosted-127.0.0.1:11111@1"])!;

    [Fact]
    public async Task Over_https_the_certificate_will_do_and_a_strangers_will_not()
    {
        using var stranger = new Certificates();
        Assert.Equal(HttpStatusCode.OK, await Get(Own(_certificates, "rita")));
        Assert.Equal(HttpStatusCode.Unauthorized, await Get(Own(_certificates, "nobody")));
        Assert.Equal(HttpStatusCode.Unauthorized, await Get(null));
        await Assert.ThrowsAsync<HttpRequestException>(() => Get(Own(stranger, "rita")));
    }

    [Fact]
    public void A_proof_holds_for_its_cluster_its_time_and_its_key()
    {
        using var stranger = new Certificates();
        var authority = Authority.Load(_certificates.AuthorityFile);
        using var rita = Own(_certificates, "rita");
        using var ada = Own(_certificates, "ada");
        var proof = Proof.Make(rita, "grid", Now);
        Assert.Equal("rita", Proof.Check(proof, "grid", authority, Now.AddMinutes(9)));

        Assert.Null(Proof.Check(proof, "other", authority, Now));
        Assert.Null(Proof.Check(proof, "grid", authority, Now, Authority.ServerPurpose));
        var (certificate, key) = _certificates.Silo();
        using var silo = X509Certificate2.CreateFromPemFile(certificate, key);
        var silos = Proof.Make(silo, "grid", Now, Authority.ServerPurpose);
        Assert.Equal("silo", Proof.Check(silos, "grid", authority, Now, Authority.ServerPurpose));
        Assert.Null(Proof.Check(silos, "grid", authority, Now));
        Assert.Null(Proof.Check(Proof.Make(rita, "grid", Now, Authority.ServerPurpose), "grid", authority, Now, Authority.ServerPurpose));
        Assert.Null(Proof.Check(proof, "grid", authority, Now.AddMinutes(11)));
        Assert.Null(Proof.Check(proof, "grid", authority, Now.AddHours(-1)));
        var parts = proof.Split('.');
        Assert.Null(Proof.Check($"{Convert.ToBase64String(ada.RawData)}.{parts[1]}.{parts[2]}", "grid", authority, Now));
        Assert.Null(Proof.Check($"{parts[0]}.{long.Parse(parts[1], null) + 60}.{parts[2]}", "grid", authority, Now));
        using var forged = Own(stranger, "rita");
        Assert.Null(Proof.Check(Proof.Make(forged, "grid", Now), "grid", authority, Now));
        foreach (var text in new[] { "", "..", "a.b.c", $"{parts[0]}.{parts[1]}.AAAA" }) Assert.Null(Proof.Check(text, "grid", authority,
            Now));
    }

    [Fact]
    public void Who_names_no_purpose_is_a_client_and_no_silo()
    {
        var authority = Authority.Load(_certificates.AuthorityFile);
        var (file, _) = _certificates.Sign("plain");
        using var plain = X509CertificateLoader.LoadCertificateFromFile(file);
        using var silo = X509CertificateLoader.LoadCertificateFromFile(_certificates.Silo().Certificate);
        using var rita = Own(_certificates, "rita");

        Assert.True(authority.VouchesFor(silo, Authority.ServerPurpose));
        Assert.True(authority.VouchesFor(plain, Authority.ClientPurpose));
        Assert.False(authority.VouchesFor(plain, Authority.ServerPurpose));
        Assert.False(authority.VouchesFor(rita, Authority.ServerPurpose));
    }

    static X509Certificate2 Own(Certificates certificates, string name)
    {
        var (file, key) = certificates.Sign(name, Authority.ClientPurpose);
        return X509Certificate2.CreateFromPemFile(file, key);
    }

    async Task<HttpStatusCode> Get(X509Certificate2? own)
    {
        var authority = Authority.Load(_certificates.AuthorityFile);
        using var handler = new HttpClientHandler
        {
            SslProtocols = SslProtocols.None,
            ServerCertificateCustomValidationCallback = (_, shown, _, _) => authority.VouchesFor(shown, Authority.ServerPurpose),
        };
        if (own is not null) handler.ClientCertificates.Add(own);
        using var http = new HttpClient(handler);
        return (await http.GetAsync($"https://localhost:{_https}/api/v1/sweeps")).StatusCode;
    }

    static async Task Refused(Func<Task> ask, string says)
    {
        var refusal = await Assert.ThrowsAsync<GridException>(ask);
        Assert.True(refusal.IsForbidden);
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
    }

    async Task Ask(string name, Func<IGrainFactory, Task> ask, bool proven = true, bool asSilo = false, string? asSweep = null,
        Func<bool>? claimsSilo = null)
    {
        using var own = Own(_certificates, name);
        var proof = Proof.Make(own, "grid", Now);
        var authority = Authority.Load(_certificates.AuthorityFile);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, _silo.Ports[2]));
            client.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = ("grid", "grid"));
            client.UseTls(tls =>
            {
                tls.LocalCertificate = own;
                tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
                tls.RemoteCertificateValidation = (remote, _, _) => authority.VouchesFor(remote, Authority.ServerPurpose);
            });
            client.Services.AddSerializer(serializer => serializer.AddGrid());
            client.AddOutgoingGrainCallFilter(context =>
            {
                // What a client says of himself counts for nothing.
                Caller.Is("ada");
                if (proven) Caller.Proves(proof);
                if (claimsSilo?.Invoke() == true) Caller.IsSilo(proof);
                return context.Invoke();
            });
        });
        // An answer to somebody else never comes.
        if (asSweep is not null) builder.Services.Configure<ClientMessagingOptions>(o => o.ResponseTimeout = TimeSpan.FromSeconds(5));
        using var host = builder.Build();
        if (asSilo) Forge(host.Services, "LocalClientDetails", "ClientGrainId", Hosted);
        await host.StartAsync();
        if (asSweep is not null)
            Forge(host.Services, "OutsideRuntimeClient", nameof(GrainAddress), _ => new GrainAddress
            {
                GrainId = host.Services.GetRequiredService<IClusterClient>().GetGrain<ISweepGrain>(asSweep).GetGrainId(),
                ActivationId = ActivationId.NewId(),
            });
        await ask(host.Services.GetRequiredService<IClusterClient>());
        await host.StopAsync();
    }
}
