using System.Text.Json.Nodes;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>What an image can cost its host under a real low-level runtime: memory of the hook and of runc, bytes, processor time.</summary>
[Trait("Kind", "slow")]
public sealed class ImageCostTests(CanaryHost fixture, ITestOutputHelper output) : IClassFixture<CanaryHost>
{
    private const int MostHookKilobytes = 64 * 1024;

    // What runc takes for a container of any image, and what it reads of a hook.
    private const int MostRuncKilobytes = 64 * 1024;
    private const int MostErrorBytes = 16 * 1024;
    private const int MostMilliseconds = 2000;
    private const string Library = "libcuda.so.570.133.20";

    private SimulatedHost Host => fixture.Host;

    public static TheoryData<string> Attacks => [.. Scripts.Keys];

    // In the container's root, "$driver" is the driver's library there, "$entries" makes many names.
    private static Dictionary<string, string> Scripts => new()
    {
        ["20000 hard links of a file with 2000 program headers in a deep folder"] = $$"""
            {{Headers}}
            $entries "$root$deep" 0 x x; (for p in $(echo $deep | tr / ' '); do cd $p; done; cat $root/headers >libx.so)
            $entries "$root$deep" 20000 'lib%ld.so' libx.so
            echo $deep >>etc/ld.so.conf
            """,
        ["70000 links of long paths"] = $$"""
            $entries "$root$deep" 0 x x; (for p in $(echo $deep | tr / ' '); do cd $p; done; cp $driver libx.so.1)
            $entries "$root$deep" 70000 'lib%ld.so.1' libx.so.1
            echo $deep >>etc/ld.so.conf
            """,
        ["64000 libraries without sonames and with long names"] = """
            for i in $(seq 16); do $entries $root/opt/many$i 0 x x; cp $driver opt/many$i/plain.so; echo /opt/many$i >>etc/ld.so.conf
            $entries $root/opt/many$i 4000 "lib%ld$(head -c 230 /dev/zero | tr '\0' y).so.1" plain.so; done
            """,
        ["60000 libraries without sonames and with long names in the driver's own folder"] =
            "cp $driver opt/lib/plain.so; $entries $root/opt/lib 60000 \"lib%ld$(head -c 230 /dev/zero | tr '\\0' y).so.1\" plain.so",
        ["200 files of directory lines"] = Lines(200),
        ["400 files of directory lines"] = Lines(400),
        ["a bracket without an end, and 3000 names"] = """
            $entries $root/etc/ld.so.conf.d 0 x x; touch etc/ld.so.conf.d/x; $entries $root/etc/ld.so.conf.d 3000 '%ldabcdefghijklmnopqrstuvwxyz' x
            (printf 'include /etc/ld.so.conf.d/*'; yes '[:' | head -n 2000 | tr -d '\n'; echo) >>etc/ld.so.conf
            """,
        ["twenty files of includes of nothing"] = """
            mkdir etc/i; (printf 'include'; yes ' x' | head -c 1000000 | tr -d '\n'; echo) >etc/i/0; for i in $(seq 20); do cp etc/i/0 etc/i/$i; done
            echo 'include /etc/i/*' >>etc/ld.so.conf
            """,
        ["4000 links of 38 hops"] = """
            mkdir opt/hops; long=$(yes ./ | head -n 1900 | tr -d '\n'); cp $driver opt/hops/0; for i in $(seq 38); do ln -s "$long$((i - 1))" opt/hops/$i; done
            $entries $root/opt/hops 4000 'lib%ld.so.1' "->${long}38"; echo /opt/hops >>etc/ld.so.conf
            """,
        ["4000 lines of 38 hops"] = """
            mkdir -p opt/hops/0; long=$(yes ./ | head -n 1900 | tr -d '\n'); for i in $(seq 38); do ln -s "$long$((i - 1))" opt/hops/$i; done
            for i in $(seq 4000); do echo "/opt/hops/$(head -c $((i % 90)) /dev/zero | tr '\0' /)38/x$i"; done >>etc/ld.so.conf
            """,
        ["150 folders of capabilities"] = """
            for i in $(seq 150); do mkdir -p opt/h/glibc-hwcaps/h$i; cp $driver opt/h/glibc-hwcaps/h$i/libx.so.1
            $entries $root/opt/h/glibc-hwcaps/h$i 2000 'lib%ld.so.1' libx.so.1; done; echo /opt/h >>etc/ld.so.conf
            """,
        ["the driver's own folder with 100000 names"] = "cp $driver opt/lib/libx.so.1; $entries $root/opt/lib 100000 'lib%ld.so.1' libx.so.1",
        ["deep folders of long names"] = """
            p=t; for i in $(seq 30); do mkdir -p $p; touch $p/f; $entries $root/$p 4000 "$(head -c 230 /dev/zero | tr '\0' y)%ld" f; p=$p/d; done
            echo "include /t$(yes '/*' | head -n 31 | tr -d '\n')" >>etc/ld.so.conf
            """,
    };

    // 2000 program headers, more than any library has: each such file is told of.
    private static string Headers => "cp $driver headers; printf '\\320\\007' | dd of=headers bs=1 seek=56 conv=notrunc 2>/dev/null";

    private static string Lines(int files) => $$"""
        mkdir etc/i; line=/$(head -c 200 /dev/zero | tr '\0' x); for i in $(seq {{files}}); do yes "$line$i" | head -c 1000000 >etc/i/$i; done
        echo 'include /etc/i/*' >>etc/ld.so.conf
        """;

    [Theory]
    [Requirement("SEC-21", "SEC-23", "SEC-24")]
    [MemberData(nameof(Attacks))]
    public void An_image_costs_its_host_little(string attack)
    {
        Container container = Prepare(attack);
        ContainerResult result = container.Run("probe libcuda.so.1").Succeeded();
        Assert.Contains("libcuda.so.1: loaded from /opt/lib/", result.Output, StringComparison.Ordinal);
        ImageCost hook = ImageCost.Read(Host.At(container.Bundle + "/hook-cost")), runc = ImageCost.Read(Host.At(container.Bundle + "/runc-cost"));
        output.WriteLine($"{attack}: {hook}, runc: {runc}");
        Assert.Equal(0, hook.Status);
        Assert.InRange(hook.PeakKilobytes, 1, MostHookKilobytes);
        Assert.InRange(hook.ErrorBytes, 0, MostErrorBytes);
        Assert.InRange(hook.Milliseconds, 0, MostMilliseconds);
        Assert.InRange(runc.PeakKilobytes, 1, MostRuncKilobytes);
        Assert.InRange(runc.ErrorBytes, 0, MostErrorBytes);
        _ = Host.Run("rm", "-rf", container.Bundle);
    }

    // A process has one budget, however many hooks its sequence has.
    [Fact]
    [Requirement("SEC-23", "SEC-24")]
    public void A_sequence_of_hooks_costs_no_more_than_one()
    {
        Container container = Prepare("64000 libraries without sonames and with long names");
        JsonArray arguments = container.Specification["hooks"]!["createContainer"]![0]!["args"]!.AsArray();
        string[] hook = [.. arguments.Skip(3).Select(static a => a!.GetValue<string>())];
        arguments.Insert(3, "sequence");
        for (int i = 0; i < 4; i++)
        {
            foreach (string word in hook.Prepend(";"))
                arguments.Add((JsonNode)word);
        }
        container.Run("probe libcuda.so.1").Succeeded();
        ImageCost cost = ImageCost.Read(Host.At(container.Bundle + "/hook-cost"));
        output.WriteLine($"{cost}");
        Assert.Equal(0, cost.Status);
        Assert.InRange(cost.PeakKilobytes, 1, MostHookKilobytes);
        Assert.InRange(cost.Milliseconds, 0, MostMilliseconds);
        _ = Host.Run("rm", "-rf", container.Bundle);
    }

    // Without a driver's folder that could be read the hook fails, and the error is what remains.
    [Fact]
    [Requirement("SEC-21", "HK-149")]
    public void The_error_of_a_failing_hook_comes_through_all_warnings()
    {
        Container container = Prepare("20000 hard links of a file with 2000 program headers in a deep folder");
        Host.Shell($"rm -rf {container.Rootfs}/etc/ld.so.cache; mkdir {container.Rootfs}/etc/ld.so.cache").Succeeded();
        ContainerResult result = container.Run("true");
        Assert.Equal(100, result.Status);
        Assert.Contains("/etc/ld.so.cache: is a directory", result.Errors, StringComparison.Ordinal);
        Assert.InRange(ImageCost.Read(Host.At(container.Bundle + "/runc-cost")).PeakKilobytes, 1, MostRuncKilobytes);
        _ = Host.Run("rm", "-rf", container.Bundle);
    }

    // runc itself would wait for ever: it is one of its children, and nobody else reads.
    [Theory]
    [Requirement("SEC-25")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_hook_whose_standard_error_is_full_and_never_read_ends(bool fails)
    {
        HookRoot root = HookUse.Prepare(Host);
        string cost = root.Bundle + "/cost";
        if (fails)
            Host.Shell($"rm -f {root.Folder}/etc/ld.so.cache; mkdir {root.Folder}/etc/ld.so.cache").Succeeded();
        CommandResult result = root.Run(
            ["update-ldcache", "--folder", "", "--folder", "/opt/lib"], "timeout", "--kill-after=1", "90", "env", "FULL=1", NativeTool.Program("cost"), cost);
        Assert.Equal(fails ? 1 : 0, result.Status);
    }

    private Container Prepare(string attack)
    {
        _ = Checkout.MachineProgram("runc");
        Container container = fixture.Prepare();
        string cost = NativeTool.Program("cost");
        container.Runtime = $"{cost} {container.Bundle}/runc-cost runc";
        container.Specification["hooks"] = new JsonObject
        {
            ["createContainer"] = new JsonArray(new JsonObject
            {
                ["path"] = cost,
                ["args"] = new JsonArray("cost", container.Bundle + "/hook-cost", "/usr/bin/nvidia-cdi-hook", "update-ldcache", "--folder", "/opt/lib"),
                ["env"] = new JsonArray("NVIDIA_CTK_DEBUG=false"),
            }),
        };
        container.Specification["mounts"]!.AsArray().Add(new JsonObject
        {
            ["destination"] = "/opt/lib/" + Library,
            ["type"] = "bind",
            ["source"] = $"{Machine.LibraryFolder}/{Library}",
            ["options"] = new JsonArray("bind", "ro"),
        });
        // A library without a soname is known by its file name: no two of them are one.
        File.WriteAllBytes(Host.At(container.Bundle + "/unnamed"), new ElfBuilder().ToBytes());
        string deep = string.Concat(Enumerable.Repeat("/" + new string('d', 250), 15));
        Host.Shell($"""
            set -e; root={container.Rootfs}; cd $root; mkdir -p opt/lib etc/ld.so.conf.d
            driver={container.Bundle}/unnamed; touch opt/lib/{Library}; entries={NativeTool.Program("entries")}; deep={deep}
            echo 'include /etc/ld.so.conf.d/*.conf' >etc/ld.so.conf
            {Scripts[attack]}
            """).Succeeded();
        return container;
    }
}
