using System.Globalization;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>Hooks that are killed, and images made to keep a hook busy for ever.</summary>
public sealed class HookEnduranceTests(CanaryHost fixture) : IClassFixture<CanaryHost>
{
    private const int Kills = 1000;

    // More than are looked at in one directory (HK-93): what a million would be is the same to the hook, and takes a minute to make.
    private const int ManyNames = 300_000;
    private const int MostKilobytes = 64 * 1024;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private SimulatedHost Host => fixture.Host;

    public static TheoryData<string> Bombs =>
    [
        "pipe as ld.so.conf", "pipe as drop-in", "pipe as temporary cache", "include of itself", "include of itself twice", "include of /dev/zero", "include of a sparse file", "include of everything",
        "200000 drop-ins", "many names", "includes of nothing", "patterns of a megabyte", "tree of names", "long names without sonames", "chain of large files",
    ];

    [Theory]
    [InlineData("create-symlinks")]
    [InlineData("update-ldcache")]
    [InlineData("update-application-profile")]
    [InlineData("enable-cuda-compat")]
    public void SEC_14_a_killed_hook_leaves_at_most_its_temporary_file(string hook)
    {
        HookUse use = HookUse.Named(hook);
        HookRoot root = HookUse.Prepare(Host);
        string[] before = Names(root);
        string[] counts = Host.Run([NativeTool.Path("torment"), $"{Kills}", "-s", root.StateFile, "-r", root.Folder, "-k", "4000",
            "-u", "etc/ld.so.cache", "-u", "usr/lib/deep/made", "-u", "etc/nvidia/nvidia-application-profiles-rc.d/10-container.conf", "--", "nvidia-cdi-hook", .. use.Arguments], Deadline)
            .Succeeded().Output.Split(' ');
        int killed = int.Parse(counts[2], CultureInfo.InvariantCulture);
        Assert.InRange(killed, Kills / 20, Kills);
        string[] temporary = [.. Names(root).Where(static n => Path.GetFileName(n).StartsWith('.'))];
        Assert.All(temporary, static n => Assert.Matches("^\\.nvct-[0-9a-f]{16}$", Path.GetFileName(n)));
        Assert.InRange(temporary.Length, 0, killed);
        // A drop-in has a random name of its own and is written in place: one that was cut short is one more file of the same kind.
        string[] drops = ["00-nvcr-", "zz-nvcr-", "00-compat-"];
        Assert.Empty(Names(root).Except(before).Except(temporary).Where(n => !drops.Any(d => Path.GetFileName(n).StartsWith(d, StringComparison.Ordinal)))
            .Except(["etc/ld.so.cache", "usr/lib/deep/made", "etc/nvidia", "etc/nvidia/nvidia-application-profiles-rc.d", "etc/nvidia/nvidia-application-profiles-rc.d/10-container.conf", "opt/lib/libcuda.so.1"]));
        // And the next run works as if nothing had been.
        root.Run(use.Arguments).Succeeded();
        Assert.Empty(Host.Shell($"find {root.Folder} -newer {root.StateFile} \\( -perm /6000 -o ! -user root -o ! -type l -perm /022 \\)").Succeeded().Output);
    }

    [Theory]
    [MemberData(nameof(Bombs))]
    public void SEC_16_an_image_cannot_keep_a_hook_busy_or_fill_its_memory(string bomb)
    {
        HookRoot root = HookUse.Prepare(Host);
        Host.Shell(Arm(bomb, root.Folder)).Succeeded();
        CommandResult result = Host.Run([NativeTool.Path("torment"), "1", "-s", root.StateFile, "--", "nvidia-cdi-hook", "update-ldcache", "--folder", "/opt/lib"], Deadline).Succeeded();
        string[] counts = result.Output.Trim().Split(' ');
        Assert.Equal("1", counts[0]);
        Assert.Contains("/opt/lib/libcuda.so.1", Host.Run("ldconfig", "-r", root.Folder, "-p").Succeeded().Output, StringComparison.Ordinal);
        Assert.InRange(int.Parse(counts[4], CultureInfo.InvariantCulture), 1, MostKilobytes);
        Host.Run("rm", "-rf", root.Bundle).Succeeded();
    }

    [Theory]
    [InlineData("update-ldcache", "etc/ld.so.conf")]
    [InlineData("update-application-profile", "etc/nvidia/nvidia-application-profiles-rc.d/10-container.conf")]
    [InlineData("enable-cuda-compat", "usr/local/cuda/compat/libcuda.so.999.2")]
    [InlineData("disable-device-node-modification", "proc/driver/nvidia/params")]
    public void SEC_16_a_pipe_in_place_of_a_file_hangs_no_hook(string hook, string path)
    {
        HookUse use = HookUse.Named(hook);
        HookRoot root = HookUse.Prepare(Host);
        if (File.Exists(root.At(path)))
            File.Delete(root.At(path));
        Nodes.MakePipe(root.At(path));
        Assert.Equal(use.Mounts ? 1 : 0, root.Run(use.Arguments, "unshare", "--mount").Status);
    }

    private static string Arm(string bomb, string root) => bomb switch
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
        "many names" => $"mkdir {root}/opt/many; cd {root}/opt/many; seq -f 'lib%.0f.so' {ManyNames} | xargs touch; echo /opt/many >>{root}/etc/ld.so.conf",
        "includes of nothing" => $"mkdir {root}/etc/i; yes 'include x' | head -c 1000000 >{root}/one; for i in $(seq 600); do cp {root}/one {root}/etc/i/$i; done; echo 'include /etc/i/*' >>{root}/etc/ld.so.conf",
        "patterns of a megabyte" => $"cd {root}/etc/ld.so.conf.d; touch $(seq -f '{new string('a', 200)}%.0f' 500); (printf 'include /etc/ld.so.conf.d/'; yes 'a*' | head -n 300000 | tr -d '\\n'; echo b) >{root}/etc/a; echo 'include /etc/a' >>{root}/etc/ld.so.conf",
        "tree of names" => $"mkdir {root}/t; cd {root}/t; mkdir $(seq -f 'd%.0f' 400); for d in d*; do (cd $d; seq -f 'f%.0f' 1000 | xargs touch); done; echo 'include /t/*/*/x' >>{root}/etc/ld.so.conf",
        "long names without sonames" => $"mkdir {root}/opt/long; cd {root}/opt/long; seq -f 'lib{new string('x', 230)}%.0f.so' {ManyNames} | xargs touch; echo /opt/long >>{root}/etc/ld.so.conf",
        "chain of large files" => $"mkdir {root}/c; cd {root}/c; head -c 1000000 /dev/zero | tr '\\0' '#' >fill; for i in $(seq 200); do (echo include /c/$((i + 1)).conf; cat fill) >$i.conf; done; echo include /c/1.conf >>{root}/etc/ld.so.conf",
        _ => throw new ArgumentOutOfRangeException(nameof(bomb)),
    };

    private string[] Names(HookRoot root) => Host.Shell($"cd {root.Folder}; find . -printf '%P\\n'").Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
