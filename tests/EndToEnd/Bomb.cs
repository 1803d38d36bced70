namespace GpuContainers.EndToEnd.Tests;

/// <summary>Images made to keep <c>update-ldcache</c> busy for ever or to fill its memory (SEC-16).</summary>
internal static class Bomb
{
    // More than are looked at in one directory (HK-93).
    private const int ManyNames = 1_000_000, ManyLongNames = 300_000;
    private const int MostKilobytes = 64 * 1024;

    /// <summary>Those that are made in no time.</summary>
    internal static readonly string[] Small =
    [
        "pipe as ld.so.conf", "pipe as drop-in", "pipe as temporary cache", "include of itself", "include of itself twice", "include of /dev/zero",
            "include of a sparse file",
        "include of everything",
    ];

    /// <summary>Those whose making takes up to a minute.</summary>
    internal static readonly string[] Large =
    [
        "200000 drop-ins", "a million names", "includes of nothing", "patterns of a megabyte", "tree of names", "long names without sonames",
            "chain of large files",
    ];

    /// <summary>The shell script that makes one in a container's root.</summary>
    internal static string Arm(string bomb, string root) => bomb switch
    {
        "pipe as ld.so.conf" => $"rm {root}/etc/ld.so.conf; mkfifo {root}/etc/ld.so.conf",
        "pipe as drop-in" => $"mkfifo {root}/etc/ld.so.conf.d/0.conf",
        "pipe as temporary cache" => $"mkfifo {root}/etc/ld.so.cache~ {root}/etc/ld.so.cache",
        "include of itself" => $"echo include /etc/ld.so.conf >>{root}/etc/ld.so.conf",
        "include of itself twice" => $"printf 'include /etc/ld.so.conf\\ninclude ld.so.conf\\n' >>{root}/etc/ld.so.conf",
        "include of /dev/zero" => $"mknod {root}/dev/zero c 1 5; echo include /dev/zero >>{root}/etc/ld.so.conf",
        "include of a sparse file" => $"truncate -s 10G {root}/sparse; echo include /sparse >>{root}/etc/ld.so.conf",
        "include of everything" => $"echo 'include /*/*/*/*/*/*' >>{root}/etc/ld.so.conf",
        "200000 drop-ins" => $"cd {root}/etc/ld.so.conf.d; seq -f 'x%.0f.conf' 200000 | xargs touch",
        "a million names" =>
            $"mkdir {root}/opt/many; cd {root}/opt/many; seq -f 'lib%.0f.so' {ManyNames} | xargs touch; echo /opt/many >>{root}/etc/ld.so.conf",
        "includes of nothing" =>
            $"mkdir {root}/etc/i; yes 'include x' | head -c 1000000 >{root}/one; for i in $(seq 600); do cp {root}/one {root}/etc/i/$i; done; echo 'include " +
            $"/etc/i/*' >>{root}/etc/ld.so.conf",
        "patterns of a megabyte" =>
            $"cd {root}/etc/ld.so.conf.d; touch $(seq -f '{new string('a', 200)}%.0f' 500); (printf 'include /etc/ld.so.conf.d/'; yes 'a*' | head -n 300000 " +
            $"| tr -d '\\n'; echo b) >{root}/etc/a; echo 'include /etc/a' >>{root}/etc/ld.so.conf",
        "tree of names" =>
            $"mkdir {root}/t; cd {root}/t; mkdir $(seq -f 'd%.0f' 400); for d in d*; do (cd $d; seq -f 'f%.0f' 1000 | xargs touch); done; echo 'include " +
            $"/t/*/*/x' >>{root}/etc/ld.so.conf",
        "long names without sonames" =>
            $"mkdir {root}/opt/long; cd {root}/opt/long; seq -f 'lib{new string('x', 230)}%.0f.so' {ManyLongNames} | xargs touch; echo /opt/long " +
            $">>{root}/etc/ld.so.conf",
        "chain of large files" =>
            $"mkdir {root}/c; cd {root}/c; head -c 1000000 /dev/zero | tr '\\0' '#' >fill; for i in $(seq 200); do (echo include /c/$((i + 1)).conf; cat " +
            $"fill) >$i.conf; done; echo include /c/1.conf >>{root}/etc/ld.so.conf",
        _ => throw new ArgumentOutOfRangeException(nameof(bomb)),
    };

    /// <summary>Runs the hook on a root with a bomb in it: it does its work, within its memory.</summary>
    internal static void Defuse(SimulatedHost host, string bomb)
    {
        HookRoot root = HookUse.Prepare(host);
        host.Shell(Arm(bomb, root.Folder)).Succeeded();
        CommandResult result = host.Run(
            NativeTool.Program("torment"), "1", "-s", root.StateFile, "--", "nvidia-cdi-hook", "update-ldcache", "--folder", "/opt/lib").Succeeded();
        string[] counts = result.Output.Trim().Split(' ');
        Assert.Equal("1", counts[0]);
        Assert.Contains("/opt/lib/libcuda.so.1", host.Run("ldconfig", "-r", root.Folder, "-p").Succeeded().Output, StringComparison.Ordinal);
        Assert.InRange(int.Parse(counts[4], System.Globalization.CultureInfo.InvariantCulture), 1, MostKilobytes);
        host.Run("rm", "-rf", root.Bundle).Succeeded();
    }
}
