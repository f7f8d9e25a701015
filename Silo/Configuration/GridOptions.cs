using System.ComponentModel.DataAnnotations;

namespace Grid.Silo.Configuration;

/// <summary>The settings of a silo, section <c>Grid</c>: in appsettings.json, or in the environment as <c>Grid__Slots=4</c>.</summary>
public sealed class GridOptions
{
    public const string Section = "Grid";

    /// <summary>Silos and clients of one cluster say the same.</summary>
    [Required, RegularExpression(Names)]
    public string ClusterId { get; set; } = "grid";

    /// <summary>Stays the same when a cluster is replaced by another one that goes on with its sweeps.</summary>
    [Required, RegularExpression(Names)]
    public string ServiceId { get; set; } = "grid";

    /// <summary>Names the silo in lists and metrics; by default POD_NAME, else the machine's name.</summary>
    public string? SiloName { get; set; }

    /// <summary>Where other silos and clients reach this one; by default POD_IP, else loopback.</summary>
    public string? Address { get; set; }

    /// <summary>Silo to silo.</summary>
    [Range(1, 65535)]
    public int SiloPort { get; set; } = 11111;

    /// <summary>Client to silo.</summary>
    [Range(1, 65535)]
    public int GatewayPort { get; set; } = 30000;

    /// <summary>
    /// Health, metrics, and at <c>/</c> the cluster's page, for this machine alone; all of it is where <see cref="Address"/> is loopback.
    /// </summary>
    [Range(1, 65535)]
    public int HttpPort { get; set; } = 8080;

    /// <summary>
    /// Orleans' own dashboard at <c>/orleans/</c> of <see cref="HttpPort"/>, for those who may see the page; the same on every silo.
    /// </summary>
    public bool Dashboard { get; set; }

    /// <summary>
    /// <c>cpu</c>; <c>cuda:0,cuda:1</c>; <c>auto</c> for every card, or the CPU where there is none; or <c>none</c> for a silo that runs no
    /// cells.
    /// </summary>
    [Required]
    public string Devices { get; set; } = "cpu";

    /// <summary>Groups run side by side on each device; 0 for as many as there are processors on a CPU, and one on a GPU.</summary>
    [Range(0, 1024)]
    public int Slots { get; set; }

    /// <summary>
    /// Groups that differ in seed or poison alone, trained and attacked as one on a device, at most; 0 for 64 on a GPU and 1 on a CPU.
    /// </summary>
    [Range(0, 1024)]
    public int Replicas { get; set; }

    /// <summary>Groups of one owner's sweeps that this silo holds side by side at most; 0 for no bound.</summary>
    [Range(0, 1_000_000)]
    public int OwnerGroups { get; set; }

    /// <summary>Whether cards may round products to 10 bits of mantissa, which is faster; numbers then differ in the third digit.</summary>
    public bool Tf32 { get; set; }

    /// <summary>Trained models and results on their way; without a database also sweeps and cells.</summary>
    [Required]
    public string Folder { get; set; } = "grid-data";

    /// <summary>Largest size of the trained models kept in <see cref="Folder"/>, in megabytes.</summary>
    [Range(16, 10_000_000)]
    public int ModelMegabytes { get; set; } = 4096;

    /// <summary>Largest size of the trained models shared through the database, in megabytes; a bucket has rules of its own.</summary>
    [Range(0, 10_000_000)]
    public int SharedModelMegabytes { get; set; } = 16384;

    /// <summary>Folders below which sweeps may name files of their own, separated by <c>:</c>; none by default.</summary>
    public string DataFolders { get; set; } = "";

    /// <summary>
    /// Folder of plugins, the same on every silo: each assembly directly in it that uses Grid.Lab is loaded at the start; none by default.
    /// </summary>
    public string PluginFolder { get; set; } = "";

    /// <summary>Hosts that sweeps may have told when they are over (`notify`), separated by `,`; none by default.</summary>
    public string NotifyHosts { get; set; } = "";

    /// <summary>File with the secret that such messages are signed with; none by default.</summary>
    public string? NotifySecretFile { get; set; }

    /// <summary>Larger sweeps are refused.</summary>
    [Range(1, 100_000_000)]
    public int MostCells { get; set; } = 1_000_000;

    /// <summary>How long a worker may be silent until its cells are given to others.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:10:00")]
    public TimeSpan LeaseTime { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long a device may go on with a cell that it was told to end; then its silo calls itself unhealthy, to be restarted.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan HangTime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a cell may go on without a result or a line about what it does: then it counts as hanging, is told to end, and is tried
    /// again elsewhere. A sweep's own <c>limits.timeout</c> may be shorter.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan SilentTime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>For finishing what can be finished after SIGTERM; must be less than Kubernetes' grace period.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(100);

    public TlsSettings Tls { get; set; } = new();

    public IdentitySettings Identity { get; set; } = new();

    public BucketSettings S3 { get; set; } = new();

    const string Names = "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$";
}
