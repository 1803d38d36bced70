namespace GpuContainers.Packaging.Tests;

/// <summary>The rpm packages, queried and installed into a root by rpm itself, which runs the scriptlets there.</summary>
[Trait("Kind", "slow")]
public sealed class RpmTests(Packages packages)
{
    private string Folder => Path.GetDirectoryName(packages.Rpm)!;

    private string Name => Path.GetFileName(packages.Rpm);

    [Theory]
    [InlineData("--provides", "nvidia-container-toolkit = ")]
    [InlineData("--provides", "libnvidia-container-tools = ")]
    [InlineData("--obsoletes", "nvidia-container-toolkit-base < ")]
    [InlineData("--conflicts", "nvidia-container-toolkit")]
    [InlineData("--requires", "glibc >= 2.28")]
    [InlineData("--list", "/usr/lib/systemd/system-preset/80-nvidia-container-toolkit.preset")]
    [InlineData("--scripts", "configure --undo --all")]
    [Requirement("IN-101", "IN-102")]
    public void It_says_what_it_is(string question, string answer) => Assert.Contains(
        answer, Command.Run(Checkout.MachineProgram("rpm"), "--query", "--package", question, packages.Rpm).Succeeded().Output, StringComparison.Ordinal);

    [Fact]
    [Requirement("IN-100", "IN-103")]
    public void It_is_installed_upgraded_and_erased_with_its_scriptlets()
    {
        using var root = new DebianRoot();
        // The root has no rpm database that knows glibc.
        root.Outside(Folder, $"""
            rpm() ( command rpm --root $root --nodeps "$@" )
            cp {packages.OlderRpm} $root/tmp/older.rpm
            command rpm --root $root --initdb
            rpm --install $root/tmp/older.rpm
            chroot $root nvidia-ctk --version
            test -s $root/etc/nvidia-container-runtime/config.toml
            test "$(readlink $root/usr/bin/nvidia-container-toolkit)" = nvidia-container-runtime-hook
            echo "# mine" >>$root/etc/nvidia-container-runtime/config.toml; echo MINE=1 >$root/etc/nvidia-container-toolkit/nvidia-cdi-refresh.env
            sha256sum $root/etc/nvidia-container-runtime/config.toml $root/etc/nvidia-container-toolkit/nvidia-cdi-refresh.env >/tmp/sums.$$
            rpm --upgrade $root/packages/{Name}
            command rpm --root $root --query gpu-containers | grep -v {Packages.OlderVersion}
            command rpm --root $root --verify --nodeps gpu-containers
            test "$(stat -c %i $root/usr/bin/nvidia-container-cli)" = "$(stat -c %i $root/usr/bin/nvidia-container-runtime)"
            test -L $root/usr/bin/nvidia-container-toolkit
            rpm --erase gpu-containers
            test ! -e $root/usr/bin/nvidia-ctk; test ! -L $root/usr/bin/nvidia-container-toolkit
            sha256sum -c /tmp/sums.$$; rm /tmp/sums.$$
            """).Succeeded();
    }

    // A package with a name and a file of NVIDIA's.
    private const string Theirs = """
        Name: nvidia-container-toolkit-base
        Version: 1.17.8
        Release: 1
        Summary: x
        License: x
        BuildArch: noarch
        %description
        x
        %install
        cp -a FOLDER/. %{buildroot}/
        %files
        /usr/bin/nvidia-ctk
        """;

    [Fact]
    [Requirement("IN-101")]
    public void NVIDIAs_package_is_replaced_and_the_configuration_kept()
    {
        using var root = new DebianRoot();
        string spec = Path.Combine(packages.Folder, "theirs.spec");
        File.WriteAllText(spec, Theirs);
        string output = root.Outside(Folder, $"""
            rpm() ( command rpm --root $root --nodeps "$@" )
            mkdir -p $root/tmp/theirs/usr/bin; echo theirs >$root/tmp/theirs/usr/bin/nvidia-ctk
            cp {spec} $root/tmp/x.spec; sed -i "s:FOLDER:$root/tmp/theirs:" $root/tmp/x.spec
            rpmbuild -bb --quiet --define "_topdir $root/tmp/top" --define "_rpmdir $root/tmp" $root/tmp/x.spec
            command rpm --root $root --initdb; rpm --install $root/tmp/noarch/nvidia-container-toolkit-base-1.17.8-1.noarch.rpm
            mkdir -p $root/etc/nvidia-container-runtime; printf '# mine\n' >$root/etc/nvidia-container-runtime/config.toml
            rpm --upgrade $root/packages/{Name}
            command rpm --root $root --query --all
            grep -q '# mine' $root/etc/nvidia-container-runtime/config.toml
            chroot $root nvidia-ctk --version
            """).Succeeded().Output;
        Assert.DoesNotContain("nvidia-container-toolkit-base", output, StringComparison.Ordinal);
        Assert.Contains("gpu-containers-1", output, StringComparison.Ordinal);
        Assert.Contains("version", output, StringComparison.Ordinal);
    }
}
