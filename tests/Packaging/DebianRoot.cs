namespace GpuContainers.Packaging.Tests;

/// <summary>A clean Debian root of one test: what it changes lies in a layer of its own, in a mount namespace that ends with each script.</summary>
internal sealed class DebianRoot : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("root-").FullName;
    private readonly string _base = Checkout.At("artifacts", "debian", "root-bookworm");

    internal DebianRoot()
    {
        Assert.SkipUnless(File.Exists(_base + "/.complete"), $"{_base} is not there: run make debian-root");
        Directory.CreateDirectory(_folder + "/layer");
    }

    /// <summary>Runs a script in the root; nothing of it is left for the next one.</summary>
    /// <param name="packages">The folder that is seen as /packages.</param>
    /// <param name="script">What /bin/sh runs, with -e.</param>
    internal CommandResult Run(string packages, string script) =>
        Outside(packages, $"exec chroot $root /bin/sh -ec '{script.Replace("'", "'\\''", StringComparison.Ordinal)}'");

    /// <summary>Runs a script beside the root, which is at $root.</summary>
    internal CommandResult Outside(string packages, string script) => Command.Run(Checkout.MachineProgram("unshare"), ["--mount", "--propagation", "private",
        "/bin/sh", "-ec", $"""
        mount -t tmpfs layers {_folder}/layer; mkdir -p {_folder}/layer/work {_folder}/layer/upper {_folder}/layer/root
        root={_folder}/layer/root
        mount -t overlay overlay -o lowerdir={_base},upperdir={_folder}/layer/upper,workdir={_folder}/layer/work $root
        mount -t proc proc $root/proc; mount --rbind /dev $root/dev; mkdir -p $root/packages; mount --bind {packages} $root/packages
        export DEBIAN_FRONTEND=noninteractive LC_ALL=C TMPDIR=/tmp
        {script}
        """]);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
