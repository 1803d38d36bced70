namespace GpuContainers.EndToEnd.Tests;

/// <summary>Names of an image that lead to files of the kernel's own, in a container that has them: none is opened.</summary>
[Requirement("SEC-22")]
public sealed class KernelFileSystemTests(CanaryHost fixture) : IClassFixture<CanaryHost>
{
    [Theory]
    [InlineData("echo 'include /proc/kmsg' >>etc/ld.so.conf", "update-ldcache")]
    [InlineData("echo 'include /sys/kernel/*' >>etc/ld.so.conf", "update-ldcache")]
    [InlineData("echo /sys/devices/system >>etc/ld.so.conf", "update-ldcache")]
    [InlineData("rm etc/ld.so.conf; ln -s /proc/timer_list etc/ld.so.conf", "update-ldcache")]
    [InlineData("ln -s /sys/firmware/acpi/tables/DSDT opt/lib/libdsdt.so.1; ln -s /sys/kernel/notes opt/lib/libnotes.so.1", "update-ldcache")]
    [InlineData("rm -r usr/local/cuda/compat; ln -s /proc/sys/kernel usr/local/cuda/compat", "enable-cuda-compat")]
    public void Nothing_of_the_kernel_is_opened(string image, string hook)
    {
        _ = Checkout.MachineProgram("strace");
        HookUse use = HookUse.Named(hook);
        HookRoot root = HookUse.Prepare(fixture.Host);
        File.WriteAllText(fixture.Host.At(root.Bundle + "/script"), $"""
            set -e; cd {root.Folder}; rm -r proc; mkdir -p proc sys; mount -t proc proc proc; mount -t sysfs sysfs sys
            {image}
            exec strace -f -qq -y -e trace=openat -o {root.Bundle}/trace nvidia-cdi-hook {string.Join(' ', use.Arguments)} <{root.StateFile}
            """);
        CommandResult result = fixture.Host.Run("unshare", "--mount", "--propagation", "private", "sh", root.Bundle + "/script");
        Assert.SkipWhen(result.Errors.Contains("ptrace", StringComparison.Ordinal), "strace may not trace here: " + result.Errors);
        result.Succeeded();
        Assert.Contains("on a file system of the kernel's own", result.Errors, StringComparison.Ordinal);
        // A handle that only stands for a path (O_PATH) opens nothing.
        string[] opened = [.. File.ReadLines(fixture.Host.At(root.Bundle + "/trace"))
            .Where(static l => !l.Contains("O_PATH", StringComparison.Ordinal) && !l.Contains("= -1", StringComparison.Ordinal))];
        Assert.NotEmpty(opened);
        foreach (string folder in (string[])["proc", "sys"])
            Assert.DoesNotContain(opened, l => l.Contains($"<{root.Folder}/{folder}", StringComparison.Ordinal));
    }
}
